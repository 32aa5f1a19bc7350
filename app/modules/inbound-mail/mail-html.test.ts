import { expect, test } from "vitest";
import { mailHtmlDocument, sanitiseMailHtml } from "./mail-html";

test.each([
  ["a script", `<p>Hi<script>alert(1)</script></p>`, "<p>Hi</p>"],
  ["a handler", `<p onclick="alert(1)">Hi</p>`, "<p>Hi</p>"],
  ["a picture that runs", `<img src=x onerror=alert(1)>`, "<span>[picture not fetched]</span>"],
  ["a picture that tells the sender who looks", `<img src="https://track.example/1.gif" alt="Logo">`, "<span>[picture not fetched from track.example: Logo]</span>"],
  ["a picture in a style", `<p style="background:url(https://track.example/1.gif);color:red">Hi</p>`, `<p style="color:red">Hi</p>`],
  ["a style sheet", `<style>@import "https://track.example/1.css"; p { color: red }</style><p>Hi</p>`, "<p>Hi</p>"],
  ["a link", `<a href="https://evil.example/login">bank.example</a>`, `<span title="https://evil.example/login">bank.example</span>`],
  ["a link that runs", `<a href="javascript:alert(1)">x</a>`, `<span title="javascript:alert(1)">x</span>`],
  ["a form", `<form action="https://evil.example"><input name="password"><button>Send</button></form>`, "Send"],
  ["a frame", `<iframe src="https://evil.example">no</iframe><object data="x">no</object><embed src="x">`, ""],
  ["a drawing that runs", `<svg onload="alert(1)"><script>alert(2)</script></svg><math><mi xlink:href="javascript:alert(1)">x</mi></math>`, ""],
  ["another base and a refresh", `<base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example"><p>Hi</p>`, "<p>Hi</p>"],
  ["a comment with conditions", `<!--[if mso]><script>alert(1)</script><![endif]--><p>Hi</p>`, "<p>Hi</p>"],
  ["what a reader that mends it would run", `<noscript><p title="</noscript><img src=x onerror=alert(1)>">Hi</p>`, ""],
  ["a layer over the page", `<div style="position:fixed;top:0;z-index:9">Hi</div>`, `<div>Hi</div>`],
  ["a picture that came along", `<img src="cid:logo@x" alt="Logo" srcset="https://track.example/1.gif 2x">`, `<img src="cid:logo%40x" alt="Logo" />`],
])("%s", (_what, html, left) => {
  expect(sanitiseMailHtml(html)).toBe(left);
});

test("is as deep as people write, however deep it was sent", () => {
  const deep = sanitiseMailHtml(`${"<div>".repeat(20_000)}Hi${"</div>".repeat(20_000)}`);
  expect(deep.match(/<div>/g)!.length).toBeLessThan(100);
  const wild = sanitiseMailHtml(`<p>Words</p>${"<div><table><tr><td>".repeat(100_000)}`);
  expect(wild).toMatch(/^<p>Words<\/p>/);
  expect(wild.length).toBeLessThan(10_000);
});

test("what leaves out the ends that may be left out is read to its end", () => {
  const list = sanitiseMailHtml(`${"<p>One<br><ul><li>two<li>three</ul><table><tr><td>four<td>five</table>".repeat(600)}<p>The end`);
  expect(list).toContain("The end");
});

test("pictures stand in the document, and one that did not come along is none", () => {
  const document = mailHtmlDocument(sanitiseMailHtml('<p>A</p><img src="cid:logo@x"><img src="cid:other">'), new Map([["logo@x", "data:image/webp;base64,AAAA"]]));
  expect(document).toContain('<img src="data:image/webp;base64,AAAA" alt="" />');
  expect(document).toContain('<img src="data:," alt="" />');
  expect(document).not.toContain("cid:");
});
