import type { EventRuleCode } from "./rules/rule-catalogue";

export type Language = "en" | "es";

interface Advice {
  /** What was found, as the sender sees it. */
  what: string;
  fix: string;
}

/**
 * What an account holder is told to do about each rule, in plain words. It names what the policies say and never how the rules
 * measure: where a bound lies would teach how to stay beneath it. What ties an account to another is not told here.
 */
export const holderAdvice: Record<EventRuleCode, Record<Language, Advice>> = {
  frequency: {
    en: { what: "Marketing sent again to the same contact within a week", fix: "Send each contact at most one marketing message a week. Send more only to people who asked you for more, and keep a record that they did." },
    es: { what: "Mercadeo enviado otra vez al mismo contacto en menos de una semana", fix: "Envíe a cada contacto como máximo un mensaje de mercadeo por semana. Envíe más solo a quien se lo pidió, y guarde constancia de ello." },
  },
  spacing: {
    en: { what: "Automated follow-ups less than a day apart", fix: "Set your sequences so that at least 24 hours pass between two automated messages to the same contact." },
    es: { what: "Seguimientos automáticos con menos de un día entre ellos", fix: "Configure sus secuencias para que pasen al menos 24 horas entre dos mensajes automáticos al mismo contacto." },
  },
  quiet_hours: {
    en: { what: "Marketing sent at night, by the recipient’s clock", fix: "Send marketing only between 8 AM and 9 PM where the recipient is, not where you are. Tell us the time zone of your contacts if you know it." },
    es: { what: "Mercadeo enviado de noche, según la hora del destinatario", fix: "Envíe mercadeo solo entre las 8:00 y las 21:00 del lugar donde está el destinatario, no del suyo. Indíquenos la zona horaria de sus contactos si la conoce." },
  },
  after_opt_out: {
    en: { what: "Marketing sent to people who had opted out", fix: "Stop marketing to a number as soon as it says STOP or the like, in every list and every tool you use. Begin again only after it says START or YES." },
    es: { what: "Mercadeo enviado a personas que se habían dado de baja", fix: "Deje de enviar mercadeo a un número en cuanto diga STOP, ALTO o algo parecido, en todas sus listas y herramientas. Vuelva a empezar solo cuando diga START o SÍ." },
  },
  missing_consent: {
    en: { what: "Marketing without consent on record", fix: "Get consent before the first marketing message and send us how and when you got it. Take contacts without it off your marketing lists." },
    es: { what: "Mercadeo sin consentimiento registrado", fix: "Obtenga el consentimiento antes del primer mensaje de mercadeo e indíquenos cómo y cuándo lo obtuvo. Quite de sus listas de mercadeo a quienes no lo dieron." },
  },
  unapproved_template: {
    en: { what: "Templates that were not approved", fix: "Use only templates that were approved, and wait for the approval after each change." },
    es: { what: "Plantillas que no estaban aprobadas", fix: "Use solo plantillas aprobadas y espere la aprobación después de cada cambio." },
  },
  missing_opt_out_instructions: {
    en: { what: "Marketing that did not say how to stop it", fix: "Add a line such as “Reply STOP to opt out” to every marketing message." },
    es: { what: "Mercadeo que no decía cómo darse de baja", fix: "Agregue a cada mensaje de mercadeo una línea como «Responda STOP para darse de baja»." },
  },
  missing_business_name: {
    en: { what: "Messages that did not say who sends them", fix: "Name your business in every message, by the name your customers know." },
    es: { what: "Mensajes que no decían quién los envía", fix: "Nombre su negocio en cada mensaje, con el nombre que conocen sus clientes." },
  },
  api_rate_limit: {
    en: { what: "More calls of our API than its documentation allows", fix: "Spread your calls as the documentation says, and wait when we answer with “too many requests”." },
    es: { what: "Más llamadas a nuestra API de las que permite la documentación", fix: "Reparta sus llamadas como dice la documentación y espere cuando respondamos «demasiadas solicitudes»." },
  },
  shared_credential: {
    en: { what: "An API key that seems to be shared", fix: "Keep each key to one place and one team. Make a new key if anybody else may have it, and revoke the old one." },
    es: { what: "Una clave de API que parece compartida", fix: "Use cada clave en un solo lugar y equipo. Si alguien más puede tenerla, cree una nueva y revoque la anterior." },
  },
  message_limit: {
    en: { what: "More messages than your limit allows", fix: "Keep to the limit of your plan, or ask us for a higher one before you send more." },
    es: { what: "Más mensajes de los que permite su límite", fix: "Respete el límite de su plan, o pídanos uno mayor antes de enviar más." },
  },
  opt_out_spike: {
    en: { what: "Many more people opting out than usual", fix: "Look at which lists and campaigns they came from. Write only to people who agreed to hear from you, and take out lists you bought or have not used for long." },
    es: { what: "Muchas más bajas de lo habitual", fix: "Vea de qué listas y campañas vienen. Escriba solo a quienes aceptaron recibir sus mensajes, y quite las listas compradas o sin uso desde hace tiempo." },
  },
};
