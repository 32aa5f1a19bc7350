/** What people write when they report, by clause: a description, the message they received, and when in the day. */
type Wording = readonly [description: string, message?: string, time?: string];

export const demoReports: Readonly<Record<string, readonly Wording[]>> = {
  "CF-AUP-3.1.a": [
    ["I never gave them my number. I have had six promotions from them this month and I do not know who they are.", "Solar for $0 down this week only! Book your free roof check today."],
    ["Another sales text at dinner time from a company I have never dealt with. My neighbours get the same ones.", "Last chance: free roof check in your street on Friday."],
    ["They keep sending offers to my work phone. Nobody at our office signed up for this.", "Your area qualifies for a solar rebate. Reply YES."],
    ["Unwanted advertising. I asked where they got my number and got no answer.", "Spring deal inside. Tap to claim."],
  ],
  "CF-AUP-3.1.b": [
    ["They told me on the phone that they bought a list with my number on it.", "Hi Dana, we help homeowners like you save on repairs."],
    ["They greeted me with my ex-husband’s name. That combination is only in an old data leak.", "Hello Mr. Ortiz, your windows quote is ready."],
  ],
  "CF-AUP-3.2.b": [
    ["After I left a bad review they sent insults to my phone for two days.", "We know where you live. Take the review down."],
    ["Threatening messages from this business after I cancelled a job.", "You will regret this."],
  ],
  "CF-AUP-3.2.e": [
    ["They asked me to confirm my card on a page that looks like my bank. I lost 240 dollars.", "Your deposit failed. Confirm your card here to keep your booking."],
    ["The link in their message asks for my social security number to ‘check credit’. I think it is a scam.", "Approved! Verify your identity to release funds."],
    ["They took a deposit for a job by message, then vanished. Two friends had the same.", "Pay the deposit now to hold your slot."],
  ],
  "CF-AUP-3.3.b": [
    ["They pretend to be the city water department.", "City Water: your pipe inspection is overdue. Book now."],
    ["The message says it is from my energy company. My energy company says it is not.", "Your utility account needs a new meter. Reply 1."],
  ],
  "CF-AUP-3.3.d": [["They say they are licensed electricians. The state register has nobody of that name.", "Licensed and insured since 2009!"]],
  "CF-AUP-3.4.b": [["I wrote only to this company. Two days later three other companies had my number and my project details."]],
  "CF-AUP-3.6.d": [["The chat said it was ‘Jenny from the office’. It was a bot; it admitted it only after an hour.", "Hi, this is Jenny! What can I do for you today?"]],
  "CF-AUP-4.3.b": [
    ["I replied STOP on Monday. On Wednesday and Friday they wrote again.", "We miss you! 20% off gutter cleaning."],
    ["STOP does nothing. I have sent it four times now.", "Reply STOP to unsubscribe. P.S. New offer!"],
    ["I opted out in March and they still send me offers every week.", "Weekend special for our VIPs."],
  ],
  "CF-AUP-4.4.a": [
    ["Three promotions in one week from the same company.", "Day 3 of our sale!"],
    ["They write every single day.", "Good morning! Today’s deal:"],
  ],
  "CF-AUP-4.4.c": [
    ["An offer at 11:40 at night. It woke my child.", "Night owl special: book before midnight.", "23:40"],
    ["Advertising at six in the morning, twice this week.", "Early bird gets 15% off.", "06:05"],
  ],
  "CF-AUP-4.1.c": [["The message does not say who it is from. I had to call the number to find out.", "Your quote is ready. Call us back."]],
  "CF-AUP-4.1.d": [["There is no way to stop these. No STOP, no link, nothing.", "Flash sale on all services."]],
  "XP-AUP-3.1.a": [
    ["Daily bulk offers from a number I never contacted.", "Goa package at 9,999. Limited seats."],
    ["Promotional messages without my consent, forwarded to my whole family.", "Book two, get one free."],
    ["I asked them to remove me. They only changed the number they send from.", "New offer for our valued customer."],
  ],
  "XP-AUP-3.2.b": [
    ["They approve a loan nobody asked for and then threaten to call my contacts if I do not pay a fee.", "Final notice. Pay the processing fee or we inform your family."],
    ["Fake loan approval. The fee is gone, and so is the agent.", "Congratulations! Loan approved. Pay 1,499 to release."],
    ["They send my photo with insults to my relatives because I would not pay.", "Last warning."],
  ],
  "XP-AUP-3.3.b": [["Messages arrive from ten different numbers with the same text. Some tool must be sending them.", "Half price on water filters."]],
  "XP-AUP-3.5.a": [["They sell copies with our brand and our photographs.", "Original designer sarees, 80% off."]],
  "XP-AUP-3.6.b": [["A reseller showed me that he sends through this account’s API key."]],
  "CHAT-PP-2.b": [["I wrote to ask about an order. Now my messages are quoted in their advertising.", "‘Best shop ever!’ says Maria from Oakland."]],
  "CHAT-PP-3.e": [
    ["They send me offers for shoes twice a day since I asked one question in their chat.", "Sneaker drop in 10 minutes!"],
    ["Fake prize messages from this shop.", "You won! Pay shipping to receive your gift."],
  ],
  "CONT-PP-1.c": [["Their AI agent asked about my debts and the next day a debt buyer called me with the details."]],
  "CONT-PP-1.d": [
    ["They have my number and my age and will not say from where.", "A quick survey for people over 60."],
    ["I never agreed to be in their system. They called me by name."],
  ],
  "CASA-PP-3.a": [
    ["Texts about selling my house. I never asked anybody to.", "Cash offer for 218 Elm. Reply YES."],
    ["I am not a customer. They text me every week about my property.", "Still thinking of selling?"],
  ],
  "CASA-PP-3.b": [
    ["I replied STOP and they switched to another number.", "Rates dropped again. Refinance today."],
    ["STOP was ignored for a month.", "Your pre-approval is waiting."],
  ],
};

/** The people who report; some leave no address. */
export const demoReporters: readonly (readonly [email: string | null, name: string | null])[] = [
  ["dana.ortiz@mail.example", "Dana Ortiz"],
  ["sam.whitfield@mail.example", "Sam Whitfield"],
  [null, null],
  ["priya.nair@mail.example", "Priya Nair"],
  ["tom.becker@mail.example", null],
  [null, null],
  ["lucia.moreno@mail.example", "Lucía Moreno"],
  ["h.jansen@mail.example", "Henk Jansen"],
  ["office@rivertown-clinic.example", "Rivertown Clinic"],
  [null, null],
  ["arjun.mehta@mail.example", "Arjun Mehta"],
  ["grace.liu@mail.example", "Grace Liu"],
  ["abuse-desk@carrier.example", "Carrier abuse desk"],
  ["noah.kim@mail.example", null],
  ["fatima.zahra@mail.example", "Fatima Zahra"],
];
