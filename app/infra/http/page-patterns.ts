import { matchRoutes } from "@remix-run/react";
import type { ServerBuild } from "@remix-run/node";

interface Branch {
  id: string;
  path?: string;
  index?: boolean;
  children?: Branch[];
}

/**
 * Names a page by its route pattern (`/appeals/:appealId`) for the access log: paths carry private links, ids and
 * search words, patterns carry nothing.
 */
export function createPagePatterns(routes: ServerBuild["routes"]): (pathname: string) => string {
  const childrenOf = (parentId: string | undefined): Branch[] =>
    Object.values(routes)
      .filter((route) => route?.parentId === parentId)
      .map((route) => {
        const { id, path, index } = route!;
        return index ? { id, path, index: true } : { id, path, children: childrenOf(id) };
      });
  const tree = childrenOf(undefined);

  return (pathname) => {
    if (pathname === "/__manifest") return pathname;
    const page = pathname === "/_root.data" ? "/" : pathname.replace(/\.data$/, "");
    const matched = matchRoutes(tree as Parameters<typeof matchRoutes>[0], page);
    if (!matched) return "unmatched";
    const parts = matched.map(({ route }) => route.path ?? "").filter((part) => part !== "" && part !== "/");
    return `/${parts.join("/")}`;
  };
}
