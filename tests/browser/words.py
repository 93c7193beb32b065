"""What do the sites of the scenes say, in both directions, and how do they look?"""

FACE = "https://faces.example/chloe.svg"
HELLO = {
    "en": {
        "title": "A home in mind?",
        "text": "Chloé has an answer to most of it. Ask her directly, it takes two minutes.",
        "call_to_action": "Ask Chloé",
    },
    "ar": {
        "title": "هل تفكر في منزل؟",
        "text": "لدى كلوي إجابة عن معظم الأسئلة. اسألها مباشرة، لن يستغرق ذلك سوى دقيقتين.",
        "call_to_action": "اسأل كلوي",
    },
}
BOX = {
    "en": {
        "title": "Linden Bank",
        "reply_time": "We usually answer within two minutes",
        "welcome": "Hello, what can we do for you?",
        "legal": "We keep this conversation for a year. See https://shop.example/privacy.",
        "consent": "May this browser remember the conversation?",
    },
    "ar": {
        "title": "بنك الزيزفون",
        "reply_time": "نجيب عادة خلال دقيقتين",
        "welcome": "مرحبًا، كيف يمكننا مساعدتك؟",
        "legal": "نحتفظ بهذه المحادثة لمدة عام. انظر https://shop.example/privacy.",
        "consent": "هل يمكن لهذا المتصفح أن يتذكر المحادثة؟",
    },
}
SAYS = {
    "en": {
        "asks": "Can I open an account for my daughter? She is four.",
        "answer": "Good morning! Yes, from the day she is born: https://shop.example/young",
        "more": "Wonderful. Does it cost anything?",
        "free": "Nothing until she is eighteen.",
        "flow": "It takes longer than usual. Leave your address, and we write to you.",
    },
    "ar": {
        "asks": "هل يمكنني فتح حساب لابنتي؟ عمرها أربع سنوات.",
        "answer": "صباح الخير! نعم، منذ يوم ولادتها: https://shop.example/young",
        "more": "رائع. هل لذلك تكلفة؟",
        "free": "لا شيء حتى تبلغ الثامنة عشرة.",
        "flow": "يستغرق الأمر وقتًا أطول من المعتاد. اترك عنوانك وسنكتب إليك.",
    },
}
# What a site would write on a button of its own: its name, and a line for each state.
OWN = {
    "en": ("Talk to an adviser", "We are here", "One moment, all are busy", "Back at nine"),
    "ar": ("تحدث إلى مستشار", "نحن هنا", "لحظة من فضلك، الجميع مشغول", "نعود في التاسعة"),
}
OWN_STATES = ("online", "busy", "offline")
OWN_STYLE = """.own { font: inherit; font-weight: 600; text-align: start; padding: 14px 22px;
  border-radius: 14px; border: 2px solid #0f4c3a; background: #0f4c3a; color: #fff }
  .own small { display: none; font-weight: 400; font-size: 15px }
  .own[data-vestibule-state="busy"] { background: #fff; color: #0f4c3a }
  .own[data-vestibule-state="offline"] { background: #eceff3; color: #474f5c;
    border-color: #8b94a3 }
""" + "".join(
    f'.own[data-vestibule-state="{state}"] .{state} {{ display: block }}' for state in OWN_STATES
)
COLOURS = {"primary": "#0F4C3A", "text": "#FFFFFF"}
