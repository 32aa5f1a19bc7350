/** A clause's title in the language of who reads it; where nobody has put it into Spanish, as the policy has it. */
export const titleIn = ({ title, titleEs }: { title: string; titleEs: string | null }, language: string): string => (language === "es" && titleEs ? titleEs : title);

/** A clause's text in the language of who reads it, and the language it is in. */
export const bodyIn = ({ body, bodyEs }: { body: string; bodyEs: string | null }, language: string): { body: string; bodyLanguage: "en" | "es" } =>
  language === "es" && bodyEs ? { body: bodyEs, bodyLanguage: "es" } : { body, bodyLanguage: "en" };
