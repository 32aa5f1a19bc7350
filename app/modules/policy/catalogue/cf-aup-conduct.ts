import { section } from "./clause";

const cf = (number: string, ...rest: [Parameters<typeof section>[2], Parameters<typeof section>[3]]) => section("CF-AUP", number, ...rest);

/** CF-AUP 3.1–3.6: what no account may do. */
export const cfConduct = [
  ...cf("3.1", "spam", [
    ["a", "medium", "Bulk messages without opt-in", "Sending many messages to people who never agreed to hear from the business.", "They send me mass messages I never agreed to", "Me envían mensajes masivos que nunca acepté"],
    ["b", "high", "Bought, scraped or rented lists", "Writing to contacts whose details were bought, collected from the web or rented.", "They got my number from a list they bought or copied", "Sacaron mi número de una lista comprada o copiada"],
    ["c", "medium", "Breach of Meta's WhatsApp rules", "Sending what WhatsApp's own business or commerce rules forbid.", "Their WhatsApp messages break WhatsApp's own rules", "Sus mensajes rompen las reglas de WhatsApp"],
    ["d", "high", "Getting around WhatsApp opt-in", "Using tricks so that marketing goes out without the consent WhatsApp asks for.", "They trick people into marketing messages on WhatsApp", "Engañan a la gente para enviarle publicidad por WhatsApp"],
    ["e", "high", "Chain messages and pyramid offers", "Passing on chain messages, pyramid schemes or multi-level marketing offers.", "It is a chain message or a pyramid scheme", "Es una cadena de mensajes o un esquema piramidal"],
  ]),
  ...cf("3.2", "illegal_content", [
    ["a", "high", "Unlawful activity", "Taking part in, helping with or advertising something the law forbids.", "They do or sell something illegal", "Hacen o venden algo ilegal"],
    ["b", "high", "Harassing, threatening or obscene content", "Content that harasses, threatens, defames, discriminates or is obscene.", "They harass, threaten or insult me", "Me acosan, me amenazan o me insultan"],
    ["c", "critical", "Violence, terrorism or hatred", "Calling for violence, terrorism or hatred against people or groups.", "They call for violence or hatred", "Incitan a la violencia o al odio"],
    ["d", "high", "Drugs, weapons or regulated goods", "Offering illegal substances, weapons or regulated goods without the licence for it.", "They sell drugs, weapons or goods that need a licence", "Venden drogas, armas o productos que exigen licencia"],
    ["e", "critical", "Fraud, identity theft or phishing", "Tricking people out of money, passwords or identity, or helping others do so.", "They try to steal my money, password or identity", "Intentan robarme dinero, contraseñas o mi identidad"],
    ["f", "critical", "Malware", "Spreading viruses or other software that does harm.", "They sent a harmful file or link", "Enviaron un archivo o enlace dañino"],
  ]),
  ...cf("3.3", "deception", [
    ["a", "medium", "False picture of the business", "Giving a wrong picture of who the business is or what it offers, by chatbot or message.", "They lie about who they are or what they offer", "Mienten sobre quiénes son o qué ofrecen"],
    ["b", "high", "Impersonation", "Posing as another person, company or organisation.", "They pretend to be somebody else", "Se hacen pasar por otra persona o empresa"],
    ["c", "medium", "Misleading sender or message", "Sender names, subjects or wording made to mislead the person who receives them.", "The message was made to mislead me", "El mensaje estaba hecho para confundirme"],
    ["d", "high", "False licences or insurance", "Claiming licences, certificates, insurance or skills the business does not have.", "They claim a licence or insurance they do not have", "Dicen tener una licencia o un seguro que no tienen"],
    ["e", "high", "Personal data under a pretext", "Getting personal information by giving a false reason for asking.", "They asked for my data under a false reason", "Me pidieron datos con un motivo falso"],
  ]),
  ...cf("3.4", "data_misuse", [
    ["a", "high", "Unlawful handling of personal data", "Collecting, keeping or using personal data against privacy law.", "They use my personal data against the law", "Usan mis datos personales en contra de la ley"],
    ["b", "high", "Selling or sharing customer data", "Passing customer data on to others, for money or not, without consent.", "They gave or sold my data to others", "Dieron o vendieron mis datos a otros"],
    ["c", "medium", "Customer data for another purpose", "Using customer data for something other than the business it was given for.", "They use my data for something I never gave it for", "Usan mis datos para algo distinto de lo que acepté"],
    ["d", "high", "Re-identification", "Trying to find out who stands behind data that was made anonymous.", "They try to find out who anonymous people are", "Intentan averiguar quién está detrás de datos anónimos"],
    ["e", "medium", "Sensitive data without need or care", "Keeping identity numbers, bank details or health records where they are not needed or not protected.", "They keep my ID, bank or health details carelessly", "Guardan sin cuidado mis datos de identidad, banco o salud"],
  ]),
  ...cf("3.5", "platform_abuse", [
    ["a", "critical", "Break-in", "Trying to get into the platform, another account or a connected service without permission.", "They broke into an account or a system", "Entraron sin permiso en una cuenta o un sistema"],
    ["b", "medium", "Taking the software apart", "Reverse engineering any part of the platform.", "They take the platform's software apart", "Desarman el software de la plataforma"],
    ["c", "medium", "Unauthorised automation", "Driving the platform with bots, scrapers or crawlers outside the documented API.", "They use bots or scrapers on the platform", "Usan robots o extractores en la plataforma"],
    ["d", "high", "Deliberate disruption", "Overloading or slowing down the platform on purpose.", "They try to overload or disrupt the service", "Intentan saturar o interrumpir el servicio"],
    ["e", "high", "Extra accounts to get around limits", "Opening more accounts to escape plan limits, trial limits or an enforcement action.", "They opened new accounts to get around a limit or a ban", "Abrieron otras cuentas para evitar un límite o una sanción"],
    ["f", "low", "Resale without permission", "Reselling, sublicensing or rebranding the platform without a written agreement.", "They resell the platform without permission", "Revenden la plataforma sin permiso"],
    ["g", "medium", "Competing product through the API", "Building a rival product on the platform's own API.", "They use the API to build a competing product", "Usan la API para crear un producto competidor"],
  ]),
  ...cf("3.6", "chatbot_misuse", [
    ["a", "high", "Chatbot gives expert advice", "Setting up the chatbot to give medical, legal or financial advice.", "A chatbot gave me medical, legal or financial advice", "Un chatbot me dio consejos médicos, legales o financieros"],
    ["b", "medium", "Chatbot promises too much", "Setting up the chatbot to promise what the business cannot keep.", "A chatbot promised what the business did not keep", "Un chatbot prometió algo que la empresa no cumplió"],
    ["c", "high", "Chatbot collects sensitive data", "Having the chatbot ask for health, money or identity details it does not need.", "A chatbot asked for health, bank or ID details", "Un chatbot me pidió datos de salud, banco o identidad"],
    ["d", "medium", "Chatbot poses as a person", "Letting the chatbot pass for a human without saying that it is automated.", "A chatbot pretended to be a person", "Un chatbot se hizo pasar por una persona"],
    ["e", "critical", "Chatbot used against competition", "Using the chatbot to fix prices, rig bids or otherwise act against competition.", "A chatbot is used to fix prices or rig bids", "Usan un chatbot para pactar precios u ofertas"],
  ]),
];
