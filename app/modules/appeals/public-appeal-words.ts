import type { Language } from "./sla";

const en = {
  title: "Appeal a decision about your account",
  lead: "The quickest way is the private link in our message to you: it shows the decision, and you can attach files. Without it, use this form.",
  platform: "Platform",
  choose: "Choose the platform",
  email: "Email of the account",
  emailHint: "The address the platform knows you by. We answer there.",
  action: "What was decided?",
  actionHint: "For example “suspension on 20 November”, with the reference from our message if you have it.",
  explanation: "Why are we wrong?",
  explanationHint: "Facts and dates help most. Do not send passwords.",
  send: "Send the appeal",
  summary: "Your appeal was not sent",
  sentTitle: "We have your appeal",
  sentLead:
    "If the address belongs to an account, a receipt with the day of our answer goes to it. If we cannot tell which decision you mean, a person finds out first. You do not have to send it again.",
  errors: {
    platform_missing: "Choose the platform.",
    email_invalid: "Enter an email address like name@example.com.",
    action_missing: "Say what was decided, in a few words.",
    explanation_missing: "Tell us why, in a sentence or more.",
    too_long: "This is too long. Shorten it, please.",
    form: "The form could not be read. Please try again.",
  },
};

const es: typeof en = {
  title: "Apelar una decisión sobre su cuenta",
  lead: "Lo más rápido es el enlace privado de nuestro mensaje: muestra la decisión y permite adjuntar archivos. Si no lo tiene, use este formulario.",
  platform: "Plataforma",
  choose: "Elija la plataforma",
  email: "Correo de la cuenta",
  emailHint: "La dirección que la plataforma tiene de usted. Allí respondemos.",
  action: "¿Qué se decidió?",
  actionHint: "Por ejemplo «suspensión del 20 de noviembre», con la referencia de nuestro mensaje si la tiene.",
  explanation: "¿Por qué nos equivocamos?",
  explanationHint: "Lo que más ayuda son hechos y fechas. No envíe contraseñas.",
  send: "Enviar la apelación",
  summary: "Su apelación no se envió",
  sentTitle: "Tenemos su apelación",
  sentLead:
    "Si la dirección pertenece a una cuenta, allí llega un acuse de recibo con el día de nuestra respuesta. Si no sabemos a qué decisión se refiere, una persona lo averigua primero. No hace falta enviarla otra vez.",
  errors: {
    platform_missing: "Elija la plataforma.",
    email_invalid: "Escriba un correo como nombre@ejemplo.com.",
    action_missing: "Diga en pocas palabras qué se decidió.",
    explanation_missing: "Díganos por qué, en una frase o más.",
    too_long: "Es demasiado largo. Acórtelo, por favor.",
    form: "No se pudo leer el formulario. Inténtelo de nuevo.",
  },
};

export function publicAppealWords(language: Language) {
  const words = language === "es" ? es : en;
  return { ...words, error: (key: string): string => (Object.hasOwn(words.errors, key) ? words.errors[key as keyof typeof words.errors] : words.errors.form) };
}
