import { section, type CataloguePolicy } from "./clause";

const xp = (number: string, ...rest: [Parameters<typeof section>[2], Parameters<typeof section>[3]]) => section("XP-AUP", number, ...rest);

export const xpAup: CataloguePolicy = {
  code: "XP-AUP",
  platform: "xpecto",
  kind: "acceptable_use",
  title: "Xpecto acceptable use policy",
  titleEs: "Política de uso aceptable de Xpecto",
  effectiveOn: "2025-01-01",
  lastUpdatedOn: null,
  summary: "The first version kept here. The source shows no date.",
  clauses: [
    ...xp("3.1", "spam", [
      ["a", "medium", "Bulk messages without consent", "Sending many messages to people who did not agree to them.", "They send me mass messages I never agreed to", "Me envían mensajes masivos que nunca acepté"],
      ["b", "low", "Promoting something unrelated", "Using the API to advertise what has nothing to do with the business.", "They advertise things unrelated to their business", "Anuncian cosas que no tienen que ver con su negocio"],
    ]),
    ...xp("3.2", "illegal_content", [
      ["a", "high", "Messages against the law", "Sending messages that local, national or international law forbids.", "Their messages break the law", "Sus mensajes son ilegales"],
      ["b", "critical", "Fraud, phishing, harassment or threats", "Cheating, phishing, harassing or threatening people.", "They cheat, harass or threaten people", "Estafan, acosan o amenazan a las personas"],
    ]),
    ...xp("3.3", "whatsapp_rules", [
      ["a", "high", "Getting around WhatsApp's limits", "Working around WhatsApp's restrictions, limits or security.", "They get around WhatsApp's limits", "Evitan los límites de WhatsApp"],
      ["b", "medium", "Sending by unauthorised tools", "Sending messages with tools or scripts that are not permitted.", "They send messages with unauthorised tools", "Envían mensajes con herramientas no autorizadas"],
    ]),
    ...xp("3.4", "security_abuse", [
      ["a", "critical", "Break-in", "Getting or trying to get into the servers or the API without permission.", "They broke into a system", "Entraron sin permiso en un sistema"],
      ["b", "critical", "Malware", "Bringing in viruses or other harmful code.", "They sent a harmful file or link", "Enviaron un archivo o enlace dañino"],
      ["c", "high", "Tampering", "Changing how the platform works or weakening its protection.", "They tamper with the service or its security", "Manipulan el servicio o su seguridad"],
    ]),
    ...xp("3.5", "intellectual_property", [
      ["a", "medium", "Copyright or trademark infringement", "Copying, spreading or using works or marks that belong to somebody else.", "They use my work or brand without permission", "Usan mi obra o mi marca sin permiso"],
    ]),
    ...xp("3.6", "resource_misuse", [
      ["a", "medium", "Limits exceeded or service flooded", "Going over message limits, misusing throttling or trying to make the service fail.", "They flood the service or exceed its limits", "Saturan el servicio o superan sus límites"],
      ["b", "medium", "Credentials shared", "Giving API credentials to somebody who is not authorised.", "They share their API access with others", "Comparten su acceso a la API con otros"],
    ]),
  ],
};
