import { section } from "./clause";

const cf = (number: string, ...rest: [Parameters<typeof section>[2], Parameters<typeof section>[3]]) => section("CF-AUP", number, ...rest);

/** CF-AUP 4.1–4.4 and 5: how WhatsApp and the API may be used. */
export const cfChannels = [
  ...cf("4.1", "whatsapp_rules", [
    ["a", "medium", "Template Meta did not approve", "Sending a template message before Meta approved it.", "They use WhatsApp templates that were never approved", "Usan plantillas de WhatsApp no aprobadas"],
    ["b", "medium", "Marketing without explicit consent", "Sending marketing to someone who did not clearly agree to it.", "They send me marketing on WhatsApp without my consent", "Me envían publicidad por WhatsApp sin mi permiso"],
    ["c", "low", "Business name missing or wrong", "Messages that do not say, or wrongly say, which business sends them.", "The message does not say who sent it", "El mensaje no dice quién lo envía"],
    ["d", "low", "No way to opt out", "Marketing messages that do not tell how to stop them.", "The message does not say how to make it stop", "El mensaje no dice cómo dejar de recibirlo"],
  ]),
  ...cf("4.2", "whatsapp_rules", [
    ["a", "medium", "No conversation started by the customer", "Claiming consent from a chat that the customer did not begin.", "They say I wrote to them first, but I did not", "Dicen que yo les escribí primero, pero no es cierto"],
    ["b", "medium", "Web form without clear notice", "Claiming consent from a website or form that did not clearly mention WhatsApp messages.", "I left my number on a form that said nothing about WhatsApp", "Dejé mi número en un formulario que no mencionaba WhatsApp"],
    ["c", "medium", "Sign-up without mention of WhatsApp", "Claiming consent from a paper or digital sign-up that did not name WhatsApp.", "I signed up for something else and now get WhatsApp messages", "Me inscribí en otra cosa y ahora recibo mensajes de WhatsApp"],
    ["d", "low", "No record of consent", "Not keeping proof of consent, or not showing it when asked.", "They cannot show that I agreed", "No pueden demostrar que acepté"],
  ]),
  ...cf("4.3", "whatsapp_rules", [
    ["a", "high", "Opt-out not honoured at once", "Not acting on a request to stop as soon as it comes.", "I asked them to stop and they took no notice", "Les pedí que pararan y no hicieron caso"],
    ["b", "high", "Marketing after STOP", "Sending marketing to a number after it answered STOP, UNSUBSCRIBE or the like.", "I still get marketing after I replied STOP", "Sigo recibiendo publicidad después de responder STOP"],
    ["c", "medium", "Marketing dressed as service message", "Using booking or payment messages, which may go on after an opt-out, to carry marketing.", "They hide marketing in booking or payment messages", "Esconden publicidad en mensajes de citas o pagos"],
  ]),
  ...cf("4.4", "whatsapp_rules", [
    ["a", "low", "More than one marketing message a week", "A second marketing message to one contact within a week, unless the contact asked for more.", "They send me marketing more than once a week", "Me envían publicidad más de una vez por semana"],
    ["b", "low", "Follow-ups too close together", "Automated follow-ups to one contact less than 24 hours apart.", "Automatic messages come one right after another", "Los mensajes automáticos llegan uno tras otro"],
    ["c", "low", "Marketing in quiet hours", "Marketing between 9 in the evening and 8 in the morning where the recipient is.", "They send me marketing at night", "Me envían publicidad por la noche"],
  ]),
  ...cf("5", "api_use", [
    ["a", "low", "API rate limits ignored", "Calling the API more often than its documentation allows.", "They overuse the API", "Abusan de la API"],
    ["b", "high", "Requests without a valid key", "Calling the API without a valid key of one's own.", "They use the API without a valid key", "Usan la API sin una clave válida"],
    ["c", "medium", "API key exposed", "Publishing an API key or building it into code that runs at the customer's side.", "Their API key is public", "Su clave de API es pública"],
    ["d", "high", "Bulk extraction", "Pulling data out in bulk for something other than one's own business.", "They copy large amounts of data through the API", "Copian grandes cantidades de datos con la API"],
    ["e", "low", "Security hole kept quiet", "Finding a weakness through the API and not telling the security team.", "They know of a security hole and did not report it", "Conocen una falla de seguridad y no la avisaron"],
  ]),
];
