import type { Language } from "./sla";

const en = {
  title: (reference: string) => `Your appeal ${reference}`,
  lead: (platform: string) => `What you wrote to ${platform} about a decision, and where it stands. Keep this page's address: it is private to you.`,
  gone: "This link does not open anything. Check that the whole address from our message is there, or send the form for appeals.",
  received: "Received",
  dueBy: "Answer due by",
  steps: "Where it stands",
  receivedStep: "We received it. That day counts, whatever happens next.",
  withPerson: "A person reads it",
  withPersonLead:
    "A person looks for the decision it is about. Once they have found it, the appeal is filed as of the day you wrote, and the holder of that account is told at every address the platform has for it. Here we can then say no more, because we do not know whether you are the holder. If no decision is found, this page says why.",
  putAside: "It was put aside",
  putAsideLead: "A person read it. It was not filed as an appeal.",
  why: "Why",
  filed: "It is filed as an appeal",
  filedLead: "The appeal has a page of its own, where you see by when it is answered, add to it or take it back.",
  seeAppeal: "See the appeal",
  whatNow: "What you can do",
  withPersonDo: ["Nothing more is needed. Sending it again does not make it quicker.", "With the private link in our message about the decision you can appeal at once, and attach files."],
  putAsideDo: ["Use the private link in our message about the decision: it leads straight to the appeal.", "Or send the form again, with the account's email address and the reference of the decision.", "Or reply to our message if you think we are wrong. A person reads it."],
  form: "The form for appeals",
};

const es: typeof en = {
  title: (reference) => `Su apelación ${reference}`,
  lead: (platform) => `Lo que escribió a ${platform} sobre una decisión, y cómo va. Guarde la dirección de esta página: es privada.`,
  gone: "Este enlace no abre nada. Compruebe que esté completa la dirección de nuestro mensaje, o envíe el formulario de apelación.",
  received: "Recibida",
  dueBy: "Respuesta antes de",
  steps: "Cómo va",
  receivedStep: "La recibimos. Ese día es el que cuenta, pase lo que pase después.",
  withPerson: "La lee una persona",
  withPersonLead:
    "Una persona busca la decisión de la que trata. Cuando la encuentre, la apelación queda registrada con la fecha en que usted escribió, y se avisa al titular de esa cuenta en todas las direcciones que tiene la plataforma. Aquí no podremos decir más, porque no sabemos si usted es el titular. Si no se encuentra ninguna decisión, esta página dice por qué.",
  putAside: "Se dejó de lado",
  putAsideLead: "Una persona la leyó. No se registró como apelación.",
  why: "Por qué",
  filed: "Está registrada como apelación",
  filedLead: "La apelación tiene su propia página, donde usted ve cuándo se responde, añade algo o la retira.",
  seeAppeal: "Ver la apelación",
  whatNow: "Qué puede hacer",
  withPersonDo: ["No hace falta nada más. Enviarla otra vez no la acelera.", "Con el enlace privado de nuestro mensaje sobre la decisión puede apelar de inmediato y adjuntar archivos."],
  putAsideDo: ["Use el enlace privado de nuestro mensaje sobre la decisión: lleva directamente a la apelación.", "O envíe el formulario otra vez, con el correo de la cuenta y la referencia de la decisión.", "O responda a nuestro mensaje si cree que nos equivocamos. Lo lee una persona."],
  form: "El formulario de apelación",
};

export const unmatchedWords = (language: Language) => (language === "es" ? es : en);
