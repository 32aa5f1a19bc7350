/**
 * Words so frequent in English or Spanish notices that finding one proves nothing, even when a reporter wrote it as
 * (part of) their name: someone who calls themselves "The Account" must not be able to block every message.
 */
export const commonWords: ReadonlySet<string> = new Set(
  (
    "the and you your yours our ours their they this that these those with from have has had was were will would can could should may might must " +
    "not but for are any all one two its who what when where which why how about after again also been before being between both did does each " +
    "into more most other out over same some such than then there through under until very account accounts business customer customers message " +
    "messages policy rule rules report reports sent send sender marketing service support team person people number phone email address feature " +
    "features measure decision appeal date day days week month year time end ends start starts please contact contacts data spam abuse " +
    "january february march april june july august september october november december monday tuesday wednesday thursday friday saturday sunday " +
    "los las una uno unos unas del con por para que como pero sus son fue fueron esta este estos estas ese esa eso entre sobre cuando donde quien " +
    "cuenta cuentas empresa cliente clientes mensaje mensajes regla reglas reporte enviado enviados servicio equipo persona personas numero " +
    "correo funcion medida decision apelacion fecha dia dias semana mes hora usted ustedes nuestro nuestra"
  ).split(" "),
);
