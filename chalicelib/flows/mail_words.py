"""What do mail programs say around what they repeat, in the languages of their users?

Lower case. A language that is missing here costs a reader some quoted lines, never a word of the
writer's.
"""

import re
from typing import Final

COLONS: Final = (":", "：")

# The first word of the line above a quotation: "On Monday, Grace wrote:".
OPENERS: Final = frozenset(
    {
        *("on", "le", "am", "il", "el", "em", "op", "den", "dne", "w", "dnia", "pada", "v"),
        *("в", "пн", "вт", "ср", "чт", "пт", "сб", "вс"),
        *("ב-", "בתאריך", "ב", "في"),
    }
)
# Its last word.
VERBS: Final = (
    *("wrote", "écrit", "schrieb", "ha scritto", "escribió", "escreveu", "schreef", "skrev"),
    *("kirjoitti", "napisał(a)", "napisał", "napisała", "napsal(a)", "yazdı", "írta", "a scris"),
    *("пишет", "написал", "написала", "写道", "のメール", "のメッセージ", "님이 작성"),
    *("כתב/ה", "כתב", "כתבה", "كتب"),
)
# The first line of a head that is repeated with its fields: "From: Grace".
FROM: Final = frozenset(
    {
        *("from", "de", "von", "da", "van", "från", "fra", "od", "от", "lähettäjä", "kimden"),
        *("差出人", "发件人", "寄件者", "보낸사람", "מאת", "من"),
    }
)
# Its other lines.
FIELDS: Final = FROM | frozenset(
    {
        *("sent", "date", "to", "cc", "subject", "reply-to"),
        *("envoyé", "à", "objet", "gesendet", "datum", "an", "betreff"),
        *("inviato", "data", "a", "oggetto", "enviado", "fecha", "para", "asunto", "enviada"),
        *("assunto", "verzonden", "aan", "onderwerp", "skickat", "till", "ämne", "sendt", "til"),
        *("emne", "wysłano", "do", "temat", "lähetetty", "vastaanottaja", "aihe"),
        *("отправлено", "дата", "кому", "тема", "копия", "gönderme", "tarihi", "kime", "konu"),
        *("送信日時", "宛先", "件名", "发送时间", "日期", "收件人", "主题", "寄件日期"),
        *("날짜", "받는사람", "제목", "נשלח", "אל", "נושא", "التاريخ", "إلى", "الموضوع"),
    }
)
# What a telephone adds below: "Sent from my telephone".
SIGNED: Final = re.compile(
    "|".join(
        (
            r"sent (from|with|via) (my|the|mail|outlook|yahoo|aol|proton|samsung|gmx) ?",
            r"get outlook for ",
            r"envoyé (de|depuis|à partir de) (mon|ma|l.app|outlook|yahoo|orange|courrier|proton)",
            r"(télécharger|obtenir) outlook pour ",
            r"(von meine[mr]) .+ gesendet",
            r"gesendet (von|mit) (meine|mail|outlook|der |gmx|web\.de|proton)",
            r"outlook für .+ (herunterladen|beziehen|holen)",
            r"enviado (desde|do|de) (mi |meu |outlook|yahoo|el correo|proton)",
            r"(obtener|obter o) outlook para ",
            r"inviato (da|dal) (mio |iphone|ipad|outlook|yahoo|posta|proton|libero)",
            r"scarica outlook per ",
            r"verzonden (vanaf|met|vanuit) (mijn|outlook|mail|proton)",
            r"outlook voor .+ downloaden",
            r"skickat från min",
            r"sendt fra min",
            r"wysłane z (mojego|iphone|outlook|proton)",
            r"отправлено (с|из) (iphone|ipad|моего|мобильн|outlook|почты|яндекс)",
            r"iphoneから送信",
            r"发自我的",
            r"(نشرت|أرسلت|نُشر) من ",
            r"נשלח מה",
        )
    ),
    re.IGNORECASE,
)
# How the subject of a holiday notice begins.
ABSENT: Final = re.compile(
    r"\s*\[?("
    + "|".join(
        (
            r"out of (the )?office",
            r"auto(matic)?[- ]?(reply|response)",
            r"réponse automatique",
            r"absen(ce|t) du bureau",
            r"message d'absence",
            r"automatische antwort",
            r"abwesenheits|abwesend",
            r"respuesta automática",
            r"fuera de (la )?oficina",
            r"risposta automatica",
            r"fuori (sede|ufficio)",
            r"resposta automática",
            r"automatisch antwoord|afwezig",
            r"autosvar|frånvaro",
            r"odpowiedź automatyczna",
            r"автоответ",
            r"自動応答|自动回复|自動回覆",
            r"מענה אוטומטי",
            r"رد تلقائي",
        )
    )
    + ")",
    re.IGNORECASE,
)
