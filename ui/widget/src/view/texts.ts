/** What does the widget itself say before the box is opened? */
import { inLanguage } from "../configuration";

const en = {
  chat: "Chat",
  open: "Open the chat",
  close: "Close the chat",
  dismiss: "Dismiss",
  invitation: "Invitation to chat",
  answer: "Write an answer…",
  unread: "Unread messages: {n}",
};

export type Texts = Readonly<typeof en>;

const fr: Texts = {
  chat: "Discussion",
  open: "Ouvrir la discussion",
  close: "Fermer la discussion",
  dismiss: "Ignorer",
  invitation: "Invitation à discuter",
  answer: "Écrire une réponse…",
  unread: "Messages non lus : {n}",
};

const de: Texts = {
  chat: "Chat",
  open: "Chat öffnen",
  close: "Chat schließen",
  dismiss: "Ausblenden",
  invitation: "Einladung zum Chat",
  answer: "Antwort schreiben…",
  unread: "Ungelesene Nachrichten: {n}",
};

const es: Texts = {
  chat: "Chat",
  open: "Abrir el chat",
  close: "Cerrar el chat",
  dismiss: "Descartar",
  invitation: "Invitación al chat",
  answer: "Escribir una respuesta…",
  unread: "Mensajes sin leer: {n}",
};

const ar: Texts = {
  chat: "محادثة",
  open: "فتح المحادثة",
  close: "إغلاق المحادثة",
  dismiss: "تجاهل",
  invitation: "دعوة إلى المحادثة",
  answer: "اكتب ردًا…",
  unread: "رسائل غير مقروءة: {n}",
};

const TEXTS: Readonly<Record<string, Texts>> = { en, fr, de, es, ar };

export function textsIn(language: string): Texts {
  return inLanguage(TEXTS, language)!;
}

/** The text with its gaps filled. */
export function fillIn(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (gap, name: string) => String(values[name] ?? gap));
}

/** Which way the language is written. */
export function directionOf(language: string): "ltr" | "rtl" {
  return /^(ar|he|fa|ur)\b/i.test(language) ? "rtl" : "ltr";
}
