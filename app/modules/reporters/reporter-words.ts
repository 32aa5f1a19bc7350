import type { Locale } from "~/infra/http/locale";

const en = {
  title: "Your reporting",
  lead: (platform: string) => `This page shows what we told you about your reports to ${platform}, and lets you object. Only you have this link, so please do not share it.`,
  gone: "This link does not work",
  goneLead: "It may be incomplete. Open it again from our mail.",
  none: "Nothing is held against you.",
  kinds: { warning: "A warning", mute: "New reports set aside" },
  states: { active: "In force", expired: "Over", lifted: "Taken back" },
  figures: (unfounded: number, judged: number) => `${unfounded} of ${judged} reports we judged were unfounded.`,
  until: "Set aside until",
  told: "Decided",
  kept: "We keep what you send in this time and read it when the time is over. A report of serious danger is looked at all the same.",
  why: "Why",
  object: "Object",
  objectLead: (days: number, answer: number) => `You can object for ${days} days after we told you. Somebody else decides, and you get the answer within ${answer} business days. A late objection is still read.`,
  objection: "Why is this wrong?",
  send: "Send the objection",
  sent: "Your objection has arrived. You get the answer by mail.",
  yours: "Your objection",
  due: "Answer due",
  answer: "Our answer",
  rulings: { upheld: "The measure stands.", lifted: "We agree with you. The measure is taken back." },
  errors: { title: "Please check this before sending", required: "Tell us why it is wrong.", tooLong: "Use at most 4,000 characters.", other: "This could not be sent. Reload the page and try again." },
};

export type ReporterWords = typeof en;

const es: ReporterWords = {
  title: "Sus reportes",
  lead: (platform) => `Esta página muestra lo que le dijimos sobre sus reportes a ${platform} y le permite objetar. Solo usted tiene este enlace, así que no lo comparta.`,
  gone: "Este enlace no funciona",
  goneLead: "Puede estar incompleto. Ábralo de nuevo desde nuestro correo.",
  none: "No hay nada en su contra.",
  kinds: { warning: "Un aviso", mute: "Reportes nuevos en espera" },
  states: { active: "En vigor", expired: "Terminado", lifted: "Sin efecto" },
  figures: (unfounded, judged) => `${unfounded} de ${judged} reportes revisados no tenían fundamento.`,
  until: "En espera hasta",
  told: "Decidido",
  kept: "Guardamos lo que envíe en este tiempo y lo leemos al terminar el plazo. Un reporte de un peligro grave se revisa igual.",
  why: "Por qué",
  object: "Objetar",
  objectLead: (days, answer) => `Puede objetar durante ${days} días desde que le avisamos. Decide otra persona, y recibe la respuesta en ${answer} días hábiles. Una objeción tardía también se lee.`,
  objection: "¿Por qué no es correcto?",
  send: "Enviar la objeción",
  sent: "Recibimos su objeción. Le respondemos por correo.",
  yours: "Su objeción",
  due: "Respuesta hasta",
  answer: "Nuestra respuesta",
  rulings: { upheld: "La medida sigue en pie.", lifted: "Le damos la razón. La medida queda sin efecto." },
  errors: { title: "Revise esto antes de enviar", required: "Díganos por qué no es correcto.", tooLong: "Use como máximo 4.000 caracteres.", other: "No se pudo enviar. Recargue la página e inténtelo de nuevo." },
};

export const reporterWords = (locale: Locale): ReporterWords => (locale === "es" ? es : en);
