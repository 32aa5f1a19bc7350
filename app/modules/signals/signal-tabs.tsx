import { TabLinks } from "~/components/tabs";

/** The pages about signals. */
export function SignalTabs({ current, platform }: { current: "found" | "performance" | "lateness"; platform?: string | undefined }) {
  const of = platform ? `?platform=${platform}` : "";
  return (
    <TabLinks
      label="Signals"
      tabs={[
        { to: `/signals${of}`, label: "Found", current: current === "found" },
        { to: `/signals/performance${of}`, label: "Rule performance", current: current === "performance" },
        { to: "/signals/lateness", label: "Lateness", current: current === "lateness" },
      ]}
    />
  );
}
