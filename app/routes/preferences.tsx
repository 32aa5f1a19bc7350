import { redirect, type ActionFunctionArgs } from "@remix-run/node";
import { z } from "zod";
import { readForm } from "~/infra/http/form-fields";
import { preferencesCookie, readPreferences, themes } from "~/infra/http/preferences";

const form = z.object({
  theme: z.enum(themes).optional(),
  shortcuts: z.enum(["on", "off"]).optional(),
  back: z.string().max(500).regex(/^\/(?![/\\])[^\\\p{Cc}]*$/u).catch("/"),
});

/** Takes how a person wants the screens and leads back to where they were. */
export async function action({ request, context }: ActionFunctionArgs) {
  const given = form.safeParse(Object.fromEntries(await readForm(request)));
  if (!given.success) return redirect("/");
  const before = readPreferences(request.headers.get("Cookie"));
  const cookie = preferencesCookie(
    {
      theme: given.data.theme ?? before.theme,
      shortcuts: given.data.shortcuts ? given.data.shortcuts === "on" : before.shortcuts,
    },
    context.deps.config.publicUrl.startsWith("https:"),
  );
  return redirect(given.data.back, { headers: { "Set-Cookie": cookie } });
}

export const loader = () => redirect("/");
