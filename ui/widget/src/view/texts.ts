/** What does the widget itself say before the box is opened? */
import { inLanguage } from "../configuration";

export interface Texts {
  readonly open: string;
  readonly close: string;
  readonly dismiss: string;
  readonly invitation: string;
  readonly unread: string;
}

const TEXTS: Readonly<Record<string, Texts>> = {
  en: {
    open: "Open the chat",
    close: "Close the chat",
    dismiss: "Dismiss",
    invitation: "Invitation to chat",
    unread: "Unread messages: {n}",
  },
  fr: {
    open: "Ouvrir la discussion",
    close: "Fermer la discussion",
    dismiss: "Ignorer",
    invitation: "Invitation à discuter",
    unread: "Messages non lus : {n}",
  },
  de: {
    open: "Chat öffnen",
    close: "Chat schließen",
    dismiss: "Ausblenden",
    invitation: "Einladung zum Chat",
    unread: "Ungelesene Nachrichten: {n}",
  },
  es: {
    open: "Abrir el chat",
    close: "Cerrar el chat",
    dismiss: "Descartar",
    invitation: "Invitación al chat",
    unread: "Mensajes sin leer: {n}",
  },
};

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
