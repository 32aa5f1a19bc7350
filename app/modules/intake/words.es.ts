import type { RefusedFile } from "~/infra/uploads/limits";
import type { IntakeWords } from "./words";

const typeNames: Record<string, string> = {
  "image/jpeg": "una imagen JPEG",
  "image/png": "una imagen PNG",
  "image/webp": "una imagen WebP",
  "image/gif": "una imagen GIF",
  "image/avif": "una imagen AVIF",
  "application/pdf": "un PDF",
  "text/plain": "un archivo de texto",
};
const typeName = (type: string | undefined) => (type && typeNames[type]) ?? "otro tipo de archivo";

function file({ name, fault, claimed, found }: RefusedFile): string {
  switch (fault) {
    case "too_large":
      return `«${name}» pesa más de 10 MB.`;
    case "too_many":
      return `«${name}» sobra: puede agregar hasta 10 archivos.`;
    case "empty":
      return `«${name}» está vacío.`;
    case "unsupported":
      return `«${name}» no es una imagen, un PDF ni un archivo de texto.`;
    case "mislabelled":
      return `«${name}» dice ser ${typeName(claimed)}, pero es ${typeName(found)}. Guárdelo otra vez con el nombre correcto.`;
    case "damaged":
      return `«${name}» está dañado y no se puede abrir.`;
    case "too_many_pixels":
      return `«${name}» es una imagen demasiado grande. Haga una captura de la parte que importa.`;
    case "active_content":
      return `«${name}» lleva dentro un programa o una página web. Agregue mejor una imagen.`;
    case "uninspectable":
      return `«${name}» está protegido o empaquetado de un modo que no podemos revisar. Imprímalo en un PDF nuevo o agregue una imagen.`;
    case "two_in_one":
      return `«${name}» esconde otro archivo. Agregue mejor una imagen.`;
  }
}

export const spanish: IntakeWords = {
  optional: "opcional",
  form: {
    title: "Reportar un abuso",
    choosePlatform: "¿En qué servicio ocurrió?",
    choosePlatformHint: "Muchas veces aparece al final del mensaje, en el chat o en el sitio web de la empresa.",
    lead: "Cuéntenos qué pasó, con sus propias palabras. Le tomará unos cinco minutos.",
    anonymous: "No necesita una cuenta y puede quedar en el anonimato. La empresa que reporta nunca sabrá quién es usted.",
    platform: (name) => `Ocurrió en ${name}.`,
    change: "Elegir otro servicio",
    what: "¿Qué está pasando?",
    whatHint: "Abra el grupo que corresponde y elija una opción. Si hay varias, elija la más grave.",
    other: "Otra cosa, o no estoy seguro",
    otherHint: "Leemos lo que escriba abajo y lo clasificamos por usted.",
    chosen: "elegido aquí",
    who: "¿De quién se trata?",
    whoHint: "Díganos lo que sepa. Si no sabe nada, déjelo vacío: su descripción puede bastar.",
    businessName: "Nombre de la empresa",
    businessNameHint: "Tal como aparece en el chat o mensaje.",
    businessPhone: "Teléfono de la empresa",
    businessPhoneHint: "Con código de área. Por ejemplo 307 555 0142 o +1 307 555 0142.",
    happened: "¿Qué pasó?",
    description: "Descríbalo",
    descriptionHint: "Qué hicieron, cuántas veces y si usted les pidió que pararan. Basta una frase corta, de al menos 10 caracteres.",
    day: "Día",
    dayHint: "Puede ser aproximado.",
    time: "Hora",
    timeHint: (zone) => `En ${zone}.`,
    messageText: "Texto del mensaje",
    messageTextHint: "Cópielo tal como era, si todavía lo tiene.",
    phones: "Números desde los que escribieron",
    phonesHint: "Uno en cada línea.",
    filesTitle: "Capturas y archivos",
    files: "Agregar archivos",
    filesHint: "Hasta 10 imágenes, PDF o archivos de texto de 10 MB cada uno. Los guardamos tal como son; nuestro equipo ve una copia sin datos ocultos, como su ubicación.",
    filesAgain: "El navegador no guarda los archivos elegidos: elíjalos otra vez, por favor.",
    contact: "¿Cómo podemos escribirle?",
    email: "Su correo electrónico",
    emailHint: "Le enviamos un recibo, preguntas si las hay y el resultado. Nada más. Déjelo vacío para quedar en el anonimato.",
    language: "Le escribimos en",
    languageOf: { en: "inglés", es: "español" },
    submit: "Enviar reporte",
    next: "Lo lee una persona. En la página siguiente recibe una referencia y un enlace privado.",
    errorTitle: "Revise esto antes de enviar",
  },
  errors: {
    platform: "Elija el servicio en el que ocurrió.",
    clause: "Elija qué está pasando.",
    descriptionRequired: "Describa qué pasó.",
    descriptionShort: "Descríbalo con algunas palabras más.",
    tooLong: (max) => `Es demasiado largo: use como máximo ${max.toLocaleString("es-US")} caracteres.`,
    day: "Escriba un día como 2026-11-20 o déjelo vacío.",
    dayInFuture: "Ese día todavía no ha llegado.",
    time: "Escriba una hora como 21:30 o déjela vacía.",
    timeInFuture: "Esa hora de ese día todavía no ha llegado.",
    phone: "No es un número de teléfono. Escríbalo con su código de área o déjelo vacío.",
    phones: (unreadable) => `No es un número de teléfono: ${unreadable.map((one) => `«${one.slice(0, 40)}»`).join(", ")}. Escriba uno en cada línea.`,
    tooManyPhones: "Escriba como máximo 20 números.",
    email: "Escriba un correo como nombre@example.com o déjelo vacío.",
    damaged: "Este formulario ya no es válido. Vuelva a cargar la página; copie antes lo que escribió.",
    network: (wait) => `${wait} Lo que escribió sigue aquí.`,
    nothingAdded: "Escriba algo o elija un archivo.",
    reportClosed: "Este reporte está cerrado. Envíe uno nuevo si pasó otra cosa.",
    unknown: "No se pudo enviar. Inténtelo otra vez, por favor.",
  },
  file,
  areas: {
    spam: "Spam y mensajes no deseados",
    illegal_content: "Amenazas, fraude o algo ilegal",
    deception: "No son quienes dicen ser",
    data_misuse: "Usan mal datos personales",
    platform_abuse: "Abusan del propio servicio",
    chatbot_misuse: "Su chatbot hace daño",
    whatsapp_rules: "Mensajes de WhatsApp y cómo dejar de recibirlos",
    api_use: "Acceso automático y claves de API",
    intellectual_property: "Copian una obra o una marca",
    security_abuse: "Ataques a la seguridad",
    resource_misuse: "Sobrecargan o malgastan recursos",
    privacy: "Mis datos personales en este servicio",
  },
  sent: {
    title: "Gracias. Su reporte llegó.",
    lead: "Lo que nos contó está seguro con nosotros. La empresa no sabrá quién es usted.",
    reference: "Su referencia",
    link: "Su enlace privado",
    linkHint: "Con este enlace puede ver cómo va su reporte y agregar pruebas. Cualquiera que lo tenga puede hacerlo: no lo comparta.",
    mailed: "También enviamos el enlace a su correo electrónico.",
    notMailed: "No dejó una dirección, así que este enlace es la única forma de volver a su reporte. Guárdelo: cópielo o márquelo como favorito.",
    open: "Ver su reporte",
    next: "Qué pasa ahora",
    steps: ["Una persona lee su reporte y lo que agregó.", "Si nos falta algo, se lo preguntamos.", "Cuando decidamos, le contamos el resultado."],
    knownTitle: "Ya tenemos este reporte.",
    knownLead: "Usted ya nos contó lo mismo, así que no lo abrimos dos veces. Si envió archivos nuevos, los agregamos.",
    knownMail: "Enviamos otra vez a su correo el enlace privado de ese reporte.",
  },
  status: {
    title: (reference) => `Su reporte ${reference}`,
    lead: (platform) => `Sobre una empresa en ${platform}. Solo ven esta página quienes tienen este enlace privado y nuestro equipo.`,
    progress: "Cómo va su reporte",
    steps: { received: "Recibido", in_review: "En revisión", outcome: "Resultado" },
    now: {
      received: "Su reporte llegó y espera a que lo lea una persona. No tiene que hacer nada.",
      in_review: "Una persona lo está revisando. No tiene que hacer nada; si pasa algo nuevo, agréguelo abajo.",
      question: "Necesitamos algo más de usted para seguir. Vea nuestra pregunta abajo, por favor.",
    },
    outcome: {
      action_taken: { title: "Tomamos medidas", text: "Comprobamos que no se respetaron las reglas y tomamos medidas. Los detalles quedan entre nosotros y la empresa." },
      no_violation: { title: "No se rompió ninguna regla", text: "Revisamos lo que usted envió y lo que podemos ver. No encontramos que se hayan roto nuestras reglas." },
      insufficient_evidence: { title: "No pudimos saberlo", text: "Con lo que tenemos no pudimos saber si se rompieron nuestras reglas." },
      out_of_scope: { title: "No podemos actuar en esto", text: "Lo que describe no está cubierto por nuestras reglas o no ocurrió en este servicio. Tal vez puedan ayudarle la policía o una oficina de protección al consumidor." },
      already_handled: { title: "Ya estaba decidido", text: "Ya habíamos decidido sobre los mismos hechos. Agregamos su reporte a ese expediente." },
    },
    revision: {
      changed: { title: "Cambiamos la decisión", text: "Revisamos otra vez nuestra decisión y cambiamos lo decidido." },
      reversed: { title: "Anulamos la decisión", text: "Revisamos otra vez nuestra decisión y la anulamos. Si volvemos a decidir sobre su reporte, lo leerá aquí." },
    },
    sentByYou: "Lo que usted envió",
    about: "Sobre",
    receivedAt: "Recibido",
    conversation: "Mensajes",
    you: "Usted",
    us: (platform) => `Confianza y seguridad de ${platform}`,
    unknown: "Un correo",
    unknownText: "Llegó a la dirección de respuesta de este reporte y no pudimos saber si lo envió usted. Una persona lo lee, pero no como palabras suyas. Si es suyo, escriba lo mismo abajo.",
    filesAdded: "Archivos",
    question: "Tenemos una pregunta para usted",
    answer: "Su respuesta",
    answerHint: "La empresa no sabrá quién respondió.",
    add: "Agregar algo",
    addHint: "¿Volvió a pasar o encontró algo más? Cuéntenoslo aquí.",
    send: "Enviar",
    added: "Gracias. Lo agregamos a su reporte.",
    closed: "Este reporte está cerrado. Si pasó algo nuevo, envíe otro reporte.",
    newReport: "Enviar otro reporte",
    confidential: "La empresa que usted reportó no puede ver nada de esto.",
    notFound: "Este enlace privado está mal escrito o ya no funciona. Use el enlace del último correo que le enviamos.",
  },
};
