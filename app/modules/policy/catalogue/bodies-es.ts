/**
 * Clauses of the catalogue in Spanish, by code, in our own words as the English ones are. The others are shown in English until somebody
 * translates them in a version.
 */
export const bodiesEs: Readonly<Record<string, string>> = {
  "CF-AUP-4.2.a": "Alegar el consentimiento de un chat que el cliente no empezó.",
  "CF-AUP-4.2.b": "Alegar el consentimiento de una web o un formulario que no mencionaba con claridad los mensajes de WhatsApp.",
  "CF-AUP-4.2.c": "Alegar el consentimiento de una inscripción, en papel o digital, que no nombraba WhatsApp.",
  "CF-AUP-4.2.d": "No guardar la prueba del consentimiento, o no mostrarla cuando se pide.",
  "CF-AUP-4.4.a": "Un segundo mensaje publicitario al mismo contacto en una semana, salvo que el contacto haya pedido más.",
  "CF-AUP-4.4.b": "Mensajes de seguimiento automáticos al mismo contacto con menos de 24 horas entre uno y otro.",
  "CF-AUP-4.4.c": "Publicidad entre las 9 de la noche y las 8 de la mañana, según la hora de quien la recibe.",
};
