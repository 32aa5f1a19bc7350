/** A clause's title in the language of who reads it; where nobody has put it into Spanish, as the policy has it. */
export const titleIn = ({ title, titleEs }: { title: string; titleEs: string | null }, language: string): string => (language === "es" && titleEs ? titleEs : title);
