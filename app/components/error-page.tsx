import { isRouteErrorResponse, useRouteError } from "@remix-run/react";
import { ButtonLink } from "./button";
import { PlainLink } from "./link";

interface Said {
  title: string;
  text: string;
}

const english: Record<number, Said> = {
  400: { title: "This request makes no sense to us", text: "A part of the address or the form is missing or damaged. Go back and try again." },
  403: { title: "You may not see this", text: "Your role does not include this page. If your work needs it, ask an admin to add the role." },
  404: { title: "There is nothing here", text: "The address is mistyped, or what it pointed to is gone. Check it, or start from the first page." },
  405: { title: "This page only shows", text: "It does not take what was sent. Go back and use the buttons on the page." },
  410: { title: "This link has expired", text: "Private links stop working after a while. Use the newest mail you got from us, or start from the first page." },
  413: { title: "This is too large", text: "Send fewer or smaller files and try again. Nothing was stored." },
  429: { title: "Too many tries", text: "Wait a few minutes, then try again. Nothing was lost." },
  503: { title: "We are away for a moment", text: "Nothing was stored. Try again in a minute." },
};

const spanish: Record<number, Said> = {
  404: { title: "Aquí no hay nada", text: "La dirección está mal escrita o lo que había ya no existe. Revísela o empiece desde la primera página." },
  410: { title: "Este enlace venció", text: "Los enlaces privados dejan de funcionar con el tiempo. Use el último correo que le enviamos." },
  413: { title: "Es demasiado grande", text: "Envíe menos archivos o archivos más pequeños. No se guardó nada." },
  429: { title: "Demasiados intentos", text: "Espere unos minutos y vuelva a intentarlo. No se perdió nada." },
  503: { title: "Volvemos en un momento", text: "No se guardó nada. Inténtelo otra vez en un minuto." },
};

const words = {
  en: {
    pages: english,
    broken: { title: "Something broke on our side", text: "Nothing half-finished was stored. Try again in a minute. If it keeps happening, tell an admin what you were doing and when." },
    home: "Go to the first page",
    again: "Try again",
  },
  es: {
    pages: spanish,
    broken: { title: "Algo falló de nuestro lado", text: "No se guardó nada a medias. Inténtelo otra vez en un minuto." },
    home: "Ir a la primera página",
    again: "Intentar otra vez",
  },
};

/** What stands where a page should: what happened and what to do next. A loader may give its own `sentence`. */
export function ErrorPage() {
  const error = useRouteError();
  const status = isRouteErrorResponse(error) ? error.status : 500;
  const { pages, broken, home, again } = words[localeOfError(error)];
  const said = pages[status] ?? broken;
  const own = isRouteErrorResponse(error) && isSentence(error.data) ? error.data.sentence : null;
  return (
    <div className="grid justify-items-start gap-4">
      <p className="font-mono text-sm text-muted">{status}</p>
      <h1 className="text-2xl font-semibold">{said.title}</h1>
      <p className="max-w-prose text-muted">{own ?? said.text}</p>
      <p className="flex flex-wrap items-center gap-4">
        <ButtonLink to="/" variant="primary">
          {home}
        </ButtonLink>
        <PlainLink href="">{again}</PlainLink>
      </p>
    </div>
  );
}

const isSentence = (data: unknown): data is { sentence: string } =>
  typeof data === "object" && data !== null && "sentence" in data && typeof data.sentence === "string";

/** A loader that answers in another language says so: `Response.json({ locale: "es", … }, { status })`. */
export function localeOfError(error: unknown): "en" | "es" {
  const data: unknown = isRouteErrorResponse(error) ? error.data : null;
  return typeof data === "object" && data !== null && "locale" in data && data.locale === "es" ? "es" : "en";
}
