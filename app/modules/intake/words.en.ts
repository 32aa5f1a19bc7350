import type { RefusedFile } from "~/infra/uploads/limits";
import type { IntakeWords } from "./words";

const typeNames: Record<string, string> = {
  "image/jpeg": "a JPEG picture",
  "image/png": "a PNG picture",
  "image/webp": "a WebP picture",
  "image/gif": "a GIF picture",
  "image/avif": "an AVIF picture",
  "application/pdf": "a PDF",
  "text/plain": "a text file",
};
const typeName = (type: string | undefined) => (type && typeNames[type]) ?? "another kind of file";

function file({ name, fault, claimed, found }: RefusedFile): string {
  switch (fault) {
    case "too_large":
      return `“${name}” is larger than 10 MB.`;
    case "too_many":
      return `“${name}” is one too many: you can add up to 10 files.`;
    case "empty":
      return `“${name}” is empty.`;
    case "unsupported":
      return `“${name}” is not a picture, a PDF or a text file.`;
    case "mislabelled":
      return `“${name}” says it is ${typeName(claimed)}, but it is ${typeName(found)}. Save it again under the right name.`;
    case "damaged":
      return `“${name}” is damaged and cannot be opened.`;
    case "too_many_pixels":
      return `“${name}” unfolds into a picture that is too large. Take a screenshot of the part that matters.`;
    case "active_content":
      return `“${name}” carries a program or web page inside. Add a picture of it instead.`;
    case "uninspectable":
      return `“${name}” is protected, or packed in a way we cannot look into. Print it to a new PDF, or add a picture of it.`;
    case "two_in_one":
      return `“${name}” hides a second file inside. Add a picture of it instead.`;
  }
}

export const english: IntakeWords = {
  optional: "optional",
  form: {
    title: "Report abuse",
    choosePlatform: "Which service did it happen on?",
    choosePlatformHint: "The message, the chat or the business’s website often names it at the end.",
    lead: "Tell us what happened, in your own words. It takes about five minutes.",
    anonymous: "You need no account and can stay anonymous. The business you report never learns who you are.",
    platform: (name) => `It happened on ${name}.`,
    change: "Choose another service",
    what: "What is happening?",
    whatHint: "Open the group that fits and pick one. If several fit, pick the worst.",
    other: "Something else, or I am not sure",
    otherHint: "We read what you write below and sort it for you.",
    chosen: "picked here",
    who: "Who is it about?",
    whoHint: "Tell us what you know. If you know nothing, leave it empty: your description may be enough.",
    businessName: "Name of the business",
    businessNameHint: "As it shows in the chat or message.",
    businessPhone: "Phone number of the business",
    businessPhoneHint: "With area code. For example 307 555 0142 or +1 307 555 0142.",
    happened: "What happened?",
    description: "Describe it",
    descriptionHint: "What they did, how often, and whether you asked them to stop. A short sentence is enough, but at least 10 characters.",
    day: "Day",
    dayHint: "A guess is fine.",
    time: "Time",
    timeHint: (zone) => `In ${zone}.`,
    messageText: "Text of the message",
    messageTextHint: "Copy it as it was, if you still have it.",
    phones: "Numbers the messages came from",
    phonesHint: "One on each line.",
    filesTitle: "Screenshots and files",
    files: "Add files",
    filesHint: "Up to 10 pictures, PDFs or text files, 10 MB each. We keep them exactly as they are; staff look at a copy without hidden data such as your location.",
    filesAgain: "Browsers do not keep chosen files: please choose them again.",
    contact: "How can we reach you?",
    email: "Your email address",
    emailHint: "We send you a receipt, questions if we have any, and the outcome. Nothing else. Leave it empty to stay anonymous.",
    language: "We write to you in",
    languageOf: { en: "English", es: "Spanish" },
    submit: "Send report",
    next: "A person reads it. You get a reference and a private link on the next page.",
    errorTitle: "Please check these before sending",
  },
  errors: {
    platform: "Choose the service it happened on.",
    clause: "Choose what is happening.",
    descriptionRequired: "Describe what happened.",
    descriptionShort: "Describe it in a few more words.",
    tooLong: (max) => `This is too long: use at most ${max.toLocaleString("en-US")} characters.`,
    day: "Enter a day like 2026-11-20, or leave it empty.",
    dayInFuture: "This day has not come yet.",
    time: "Enter a time like 21:30, or leave it empty.",
    timeInFuture: "This time has not come yet on that day.",
    phone: "This is not a phone number. Enter it with its area code, or leave it empty.",
    phones: (unreadable) => `Not a phone number: ${unreadable.map((one) => `“${one.slice(0, 40)}”`).join(", ")}. Enter one on each line.`,
    tooManyPhones: "Enter at most 20 numbers.",
    email: "Enter an email address like name@example.com, or leave it empty.",
    damaged: "This form is out of date. Load the page again; what you typed stays if you copy it first.",
    network: (wait) => `${wait} What you typed is still here.`,
    nothingAdded: "Write something or choose a file.",
    reportClosed: "This report is closed. Send a new report if something else happened.",
    unknown: "This could not be sent. Please try again.",
  },
  file,
  areas: {
    spam: "Spam and unwanted messages",
    illegal_content: "Threats, fraud or something illegal",
    deception: "They are not who they say they are",
    data_misuse: "They misuse personal data",
    platform_abuse: "They abuse the service itself",
    chatbot_misuse: "Their chatbot does harm",
    whatsapp_rules: "WhatsApp messages and opting out",
    api_use: "Automated access and API keys",
    intellectual_property: "Copied work or brand",
    security_abuse: "Attacks on security",
    resource_misuse: "They overload or misuse resources",
    privacy: "My personal data on this service",
  },
  sent: {
    title: "Thank you. Your report has arrived.",
    lead: "What you told us is safe with us. The business will not learn who you are.",
    reference: "Your reference",
    link: "Your private link",
    linkHint: "With this link you can see where your report stands and add evidence. Anyone who has it can do so: do not share it.",
    mailed: "We have sent the link to your email address too.",
    notMailed: "You left no address, so this link is the only way back to your report. Keep it: copy it or add a bookmark.",
    open: "See your report",
    next: "What happens next",
    steps: ["A person reads your report and what you added.", "If we need something more, we ask you.", "When we have decided, we tell you the outcome."],
    knownTitle: "We have this report already.",
    knownLead: "You told us the same before, so we did not open it twice. New files were added to it.",
    knownMail: "We have sent the private link of that report to your email address again.",
  },
  status: {
    title: (reference) => `Your report ${reference}`,
    lead: (platform) => `About a business on ${platform}. Only people with this private link and our staff see this page.`,
    progress: "Where your report stands",
    steps: { received: "Received", in_review: "In review", outcome: "Outcome" },
    now: {
      received: "Your report has arrived and waits for a person to read it. You do not have to do anything.",
      in_review: "A person is looking into it. You do not have to do anything; if something new happens, add it below.",
      question: "We need something more from you to go on. Please see our question below.",
    },
    outcome: {
      action_taken: { title: "We acted", text: "We found that the rules were broken, and we took action. The details stay between us and the business." },
      no_violation: { title: "No rule was broken", text: "We looked at what you sent and at what we can see ourselves. We did not find that our rules were broken." },
      insufficient_evidence: { title: "We could not tell", text: "From what we have, we could not tell whether our rules were broken." },
      out_of_scope: { title: "Not something we can act on", text: "What you describe is not covered by our rules, or did not happen on this service. The police or a consumer protection office may be able to help." },
      already_handled: { title: "Already decided", text: "We had already decided about the same events. Your report was added to that record." },
    },
    revision: {
      changed: { title: "The decision was changed", text: "We looked again at our decision and changed what we had decided." },
      reversed: { title: "The decision was taken back", text: "We looked at our decision again and took it back. If we decide on your report anew, you will read it here." },
    },
    sentByYou: "What you sent",
    about: "About",
    receivedAt: "Received",
    conversation: "Messages",
    you: "You",
    us: (platform) => `${platform} trust and safety`,
    unknown: "A mail",
    unknownText: "It came to the answer address of this report, and we could not tell whether you sent it. A person reads it, but not as your words. If it was yours, say the same below.",
    filesAdded: "Files",
    question: "We have a question for you",
    answer: "Your answer",
    answerHint: "The business will not learn who answered.",
    add: "Add something",
    addHint: "Did it happen again, or did you find more? Tell us here.",
    send: "Send",
    added: "Thank you. We have added it to your report.",
    closed: "This report is closed. If something new happened, send a new report.",
    newReport: "Send a new report",
    confidential: "The business you reported cannot see any of this.",
    notFound: "This private link is mistyped or no longer works. Use the link from the newest mail you got from us.",
  },
};
