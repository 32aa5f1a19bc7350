import { Fragment, type ReactNode } from "react";
import { type Block, type Inline, parseMarkdown } from "./markdown";

/** A clause's Markdown as it is shown; made of elements, so that nothing in it can be markup. */
export function MarkdownText({ source }: { source: string }) {
  return <div className="grid gap-2">{parseMarkdown(source).map((block, index) => <BlockView key={index} block={block} />)}</div>;
}

function BlockView({ block }: { block: Block }): ReactNode {
  switch (block.kind) {
    case "paragraph":
      return <p className="wrap-anywhere">{inline(block.content)}</p>;
    case "heading":
      return <p className="font-semibold wrap-anywhere">{inline(block.content)}</p>;
    case "quote":
      return <blockquote className="grid gap-2 border-l-4 border-line pl-3">{block.content.map((inner, index) => <BlockView key={index} block={inner} />)}</blockquote>;
    case "code":
      return <pre className="whitespace-pre-wrap wrap-anywhere font-mono text-sm">{block.text}</pre>;
    case "rule":
      return <hr className="border-line" />;
    case "list": {
      const items = block.items.map((item, index) => (
        <li key={index}>{item.map((inner, at) => <BlockView key={at} block={inner} />)}</li>
      ));
      return block.ordered ? <ol start={block.start} className="list-decimal pl-6">{items}</ol> : <ul className="list-disc pl-6">{items}</ul>;
    }
  }
}

const inline = (all: readonly Inline[]): ReactNode[] =>
  all.map((one, index) => {
    switch (one.kind) {
      case "text":
        return <Fragment key={index}>{one.text}</Fragment>;
      case "code":
        return <code key={index} className="font-mono text-sm">{one.text}</code>;
      case "strong":
        return <strong key={index}>{inline(one.content)}</strong>;
      case "emphasis":
        return <em key={index}>{inline(one.content)}</em>;
      case "break":
        return <br key={index} />;
      case "link":
        return <a key={index} href={one.to} rel="nofollow noopener" className="text-accent underline underline-offset-2 hover:text-accent-strong">{inline(one.content)}</a>;
    }
  });
