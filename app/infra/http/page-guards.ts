import type { IncomingMessage } from "node:http";
import { isForged } from "./same-origin";

export interface PageRefusal {
  status: number;
  title: string;
  sentence: string;
}

/** Bytes. Ten files of 10 MB with the fields beside them, where a page takes files; any other form. */
const uploadLimit = 105 * 1024 * 1024;
const formLimit = 4 * 1024 * 1024;

const host = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/** What no page ever gets to see: an unreadable host, a request made by another site, a body beyond every limit. */
export function refusalOfPageRequest(request: IncomingMessage, publicUrl: string, takesFiles: boolean): PageRefusal | null {
  const given = request.headers.host ?? "";
  if (!host.test(given)) return { status: 400, title: "Bad request", sentence: "The address of this request could not be read." };

  const own = [new URL(publicUrl).origin, `http://${given}`, `https://${given}`];
  const header = (name: string): string | undefined => [request.headers[name] ?? []].flat()[0];
  if (isForged({ method: request.method ?? "GET", header }, own)) {
    return { status: 403, title: "Request refused", sentence: "This form was sent from another website. Open the page here and send it again." };
  }
  return refusalOfBody(request, takesFiles);
}

function refusalOfBody(request: IncomingMessage, takesFiles: boolean): PageRefusal | null {
  const length = request.headers["content-length"];
  if (length === undefined) {
    return request.headers["transfer-encoding"] === undefined
      ? null
      : { status: 411, title: "Length required", sentence: "The request must say how long its body is." };
  }
  const files = takesFiles && (request.headers["content-type"] ?? "").toLowerCase().startsWith("multipart/form-data");
  if (Number(length) <= (files ? uploadLimit : formLimit)) return null;
  return {
    status: 413,
    title: "Too much at once",
    sentence: files
      ? "All files together may be at most 100 MB. Go back, remove some files and send the form again."
      : "This is more than the form takes. Go back, shorten it and send the form again.",
  };
}
