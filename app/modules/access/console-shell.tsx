import { Form, Link, NavLink, useMatches, useNavigation } from "@remix-run/react";
import {
  Activity,
  BarChart3,
  BookText,
  Building2,
  Inbox,
  Landmark,
  Link2,
  ListChecks,
  Keyboard,
  LogOut,
  type LucideIcon,
  Mail,
  MailOpen,
  Menu as MenuIcon,
  Scale,
  ScrollText,
  Search,
  Settings,
  Siren,
  UserCheck,
} from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { cx } from "~/components/cx";
import { Flash, type FlashMessage } from "~/components/flash";
import { KeyHint } from "~/components/key-hint";
import { ShortcutHelp, type ShortcutEntry } from "~/components/shortcut-help";
import { SkipLink } from "~/components/skip-link";
import { ThemeSwitch } from "~/components/theme-switch";
import { useShortcuts } from "~/components/use-shortcuts";
import { usePreferences } from "~/infra/http/use-preferences";
import type { NavEntry } from "./console-nav";

const icons: Record<NavEntry["icon"], LucideIcon> = {
  queue: Inbox,
  bulk: ListChecks,
  intake: Link2,
  appeals: Scale,
  approvals: UserCheck,
  accounts: Building2,
  signals: Activity,
  policies: BookText,
  mail: MailOpen,
  notices: Mail,
  referrals: Siren,
  insights: BarChart3,
  transparency: Landmark,
  audit: ScrollText,
  settings: Settings,
};

/** A route of the console may name its keys: `export const handle: ConsoleHandle = { shortcuts: […] }`. */
export interface ConsoleHandle {
  shortcuts?: readonly ShortcutEntry[];
}

const everywhere: readonly ShortcutEntry[] = [
  { keys: "/", does: "Search" },
  { keys: "?", does: "Show these keys" },
];

/** The staff's frame: rail, search, who am I. Below 768 px the rail is a menu that opens without JavaScript. */
export function ConsoleShell({
  navigation,
  queueCount,
  person,
  flash,
  children,
}: {
  navigation: readonly NavEntry[];
  queueCount: number | null;
  person: { name: string; roles: string };
  flash: FlashMessage | null;
  children: ReactNode;
}) {
  const preferences = usePreferences();
  const search = useRef<HTMLInputElement>(null);
  const [help, setHelp] = useState(false);
  const busy = useNavigation().state !== "idle";
  const pageKeys = useMatches().flatMap((match) => (match.handle as ConsoleHandle | undefined)?.shortcuts ?? []);
  useShortcuts({ "/": () => search.current?.focus(), "?": () => setHelp(true) }, preferences.shortcuts);

  const rail = <Rail navigation={navigation} queueCount={queueCount} />;
  const foot = (
    <div className="grid gap-3 border-t border-line p-3 text-sm">
      <div>
        <p className="font-medium wrap-anywhere">{person.name}</p>
        <p className="text-xs text-muted">{person.roles}</p>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <ThemeSwitch current={preferences.theme} action="/preferences" />
        <button
          type="button"
          onClick={() => setHelp(true)}
          title="Keyboard shortcuts"
          className="hidden size-8 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink md:inline-flex"
        >
          <Keyboard aria-hidden="true" className="size-4" />
          <span className="sr-only">Keyboard shortcuts</span>
        </button>
        <Form method="post" action="/sign-out" className="ml-auto">
          <button type="submit" className="inline-flex min-h-8 items-center gap-1 rounded-md px-2 text-muted hover:bg-hover hover:text-ink">
            <LogOut aria-hidden="true" className="size-4" />
            Sign out
          </button>
        </Form>
      </div>
    </div>
  );

  return (
    <div className="min-h-dvh md:grid md:grid-cols-[208px_minmax(0,1fr)]">
      <SkipLink />
      <div className="sticky top-0 hidden h-dvh flex-col border-r border-line bg-surface md:flex">
        <Brand />
        <div className="flex-1 overflow-y-auto">{rail}</div>
        {foot}
      </div>
      <div className="min-w-0">
        <header className="sticky top-0 z-30 flex items-center gap-2 border-b border-line bg-surface px-3 py-2">
          <details className="group md:hidden">
            <summary className="flex size-9 list-none items-center justify-center rounded-md hover:bg-hover [&::-webkit-details-marker]:hidden">
              <MenuIcon aria-hidden="true" className="size-5" />
              <span className="sr-only">Menu</span>
            </summary>
            <div className="absolute top-full left-0 max-h-[calc(100dvh-56px)] w-full overflow-y-auto border-b border-line bg-surface shadow-overlay">
              {rail}
              {foot}
            </div>
          </details>
          <Form role="search" action="/search" onSubmit={() => search.current?.blur()} className="relative flex-1 md:max-w-xl">
            <Search aria-hidden="true" className="pointer-events-none absolute top-2.5 left-2.5 size-4 text-faint" />
            <input
              ref={search}
              type="search"
              name="q"
              aria-label="Search"
              aria-keyshortcuts="/"
              placeholder="Reference, business name, phone or email"
              className="min-h-9 w-full rounded-md border border-edge bg-surface pr-9 pl-8 text-sm text-ink"
            />
            <KeyHint keys="/" className="pointer-events-none absolute top-2.5 right-2.5 text-faint" />
          </Form>
          <div aria-hidden="true" className={cx("h-1 w-12 rounded-full", busy ? "animate-pulse bg-accent" : "bg-transparent")} />
        </header>
        <main id="main" tabIndex={-1} className="px-3 py-4 text-sm outline-none sm:px-4">
          <Flash message={flash} />
          {children}
        </main>
      </div>
      <ShortcutHelp
        open={help}
        onOpenChange={setHelp}
        entries={[...pageKeys, ...everywhere]}
        enabled={preferences.shortcuts}
        action="/preferences"
      />
    </div>
  );
}

function Brand() {
  return (
    <Link to="/queue" className="flex items-center gap-2 border-b border-line px-4 py-3 font-semibold">
      <img src="/favicon.svg" alt="" className="size-6" />
      Trust and safety
    </Link>
  );
}

function Rail({ navigation, queueCount }: { navigation: readonly NavEntry[]; queueCount: number | null }) {
  return (
    <nav aria-label="Main">
      <ul className="grid gap-0.5 p-2">
        {navigation.map((entry) => {
          const Icon = icons[entry.icon];
          return (
            <li key={entry.to}>
              <NavLink
                to={entry.to}
                className={({ isActive }) =>
                  cx(
                    "flex min-h-9 items-center gap-3 rounded-md px-3 text-sm font-medium",
                    isActive ? "bg-accent-soft text-accent" : "text-muted hover:bg-hover hover:text-ink",
                  )
                }
              >
                <Icon aria-hidden="true" className="size-4 shrink-0" />
                <span className="flex-1">{entry.label}</span>
                {entry.to === "/queue" && queueCount !== null ? (
                  <span className="text-xs">
                    {queueCount.toLocaleString("en-US")}
                    <span className="sr-only"> open cases</span>
                  </span>
                ) : null}
              </NavLink>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
