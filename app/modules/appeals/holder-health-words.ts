import type { ChartWords } from "../signals/health-chart";
import type { Language } from "./sla";

export interface HolderHealthWords {
  pageTitle: string;
  title: (business: string) => string;
  lead: (platform: string, from: string, to: string, zone: string) => string;
  figures: string;
  sent: string;
  delivered: string;
  failed: string;
  optOuts: string;
  quiet: string;
  share: (part: string, of: string, percent: string) => string;
  byDay: string;
  inNumbers: string;
  day: string;
  chart: ChartWords;
  nothingSent: string;
  behind: string;
  toFix: string;
  nothingToFix: string;
  clause: string;
  seen: string;
  found: (messages: number, days: number) => string;
  foundDays: (days: number) => string;
  how: string;
  examples: string;
  masked: string;
  contact: (masked: string) => string;
  noDecision: (email: string) => string;
  goneTitle: string;
  gone: string;
}

const en: HolderHealthWords = {
  pageTitle: "What your account sends",
  title: (business) => `What ${business} sends`,
  lead: (platform, from, to, zone) => `Your own messages on ${platform} from ${from} to ${to}, by the clock of ${zone}, and what to fix. Only you have this link, so please do not share it.`,
  figures: "Your figures",
  sent: "Messages sent",
  delivered: "Delivered, of sent",
  failed: "Failed, of sent",
  optOuts: "People who opted out, of marketing delivered",
  quiet: "Marketing sent at night where the recipient is",
  share: (part, of, percent) => `${part} of ${of} (${percent} %)`,
  byDay: "By day",
  inNumbers: "The same in numbers",
  day: "Day",
  chart: {
    label: "Your messages and opt-outs by day",
    image: (first, last) => `Messages sent and opt-outs by day, ${first} to ${last}. The table below has the numbers.`,
    caption: (mostSent, mostOut) => `Bars: messages sent, ${mostSent} at most. Points: opt-outs, ${mostOut} at most.`,
  },
  nothingSent: "Your account sent nothing in these days.",
  behind: "The latest messages are not counted yet. Look again later.",
  toFix: "What to fix",
  nothingToFix: "Nothing to fix: in these days we found no message that broke the rules.",
  clause: "The rule",
  seen: "What we found",
  found: (messages, days) => `${messages === 1 ? "1 message" : `${messages.toLocaleString("en")} messages`} on ${days === 1 ? "1 day" : `${days} days`}`,
  foundDays: (days) => (days === 1 ? "Seen once" : `Seen ${days} times`),
  how: "What to do",
  examples: "The latest of them",
  masked: "Contacts are masked. Find the messages by their time.",
  contact: (masked) => `contact ${masked}`,
  noDecision: (email) => `This page is no decision and changes nothing about your account. Questions: ${email}`,
  goneTitle: "This link opens nothing",
  gone: "It may have ended or been taken back. Ask the platform’s support for a new one.",
};

const es: HolderHealthWords = {
  pageTitle: "Lo que envía su cuenta",
  title: (business) => `Lo que envía ${business}`,
  lead: (platform, from, to, zone) => `Sus propios mensajes en ${platform} del ${from} al ${to}, según la hora de ${zone}, y qué corregir. Solo usted tiene este enlace; no lo comparta, por favor.`,
  figures: "Sus cifras",
  sent: "Mensajes enviados",
  delivered: "Entregados, de los enviados",
  failed: "Fallidos, de los enviados",
  optOuts: "Bajas, del mercadeo entregado",
  quiet: "Mercadeo enviado de noche donde está el destinatario",
  share: (part, of, percent) => `${part} de ${of} (${percent} %)`,
  byDay: "Por día",
  inNumbers: "Lo mismo en cifras",
  day: "Día",
  chart: {
    label: "Sus mensajes y bajas por día",
    image: (first, last) => `Mensajes enviados y bajas por día, del ${first} al ${last}. La tabla de abajo tiene las cifras.`,
    caption: (mostSent, mostOut) => `Barras: mensajes enviados, ${mostSent} como máximo. Puntos: bajas, ${mostOut} como máximo.`,
  },
  nothingSent: "Su cuenta no envió nada en estos días.",
  behind: "Los últimos mensajes aún no están contados. Vuelva a mirar más tarde.",
  toFix: "Qué corregir",
  nothingToFix: "Nada que corregir: en estos días no encontramos mensajes que incumplieran las reglas.",
  clause: "La regla",
  seen: "Qué encontramos",
  found: (messages, days) => `${messages === 1 ? "1 mensaje" : `${messages.toLocaleString("es")} mensajes`} en ${days === 1 ? "1 día" : `${days} días`}`,
  foundDays: (days) => (days === 1 ? "Visto una vez" : `Visto ${days} veces`),
  how: "Qué hacer",
  examples: "Los más recientes",
  masked: "Los contactos están ocultos. Busque los mensajes por su hora.",
  contact: (masked) => `contacto ${masked}`,
  noDecision: (email) => `Esta página no es una decisión y no cambia nada en su cuenta. Preguntas: ${email}`,
  goneTitle: "Este enlace no abre nada",
  gone: "Puede haber caducado o haber sido retirado. Pida uno nuevo al soporte de la plataforma.",
};

export const holderHealthWords = (language: Language): HolderHealthWords => (language === "es" ? es : en);
