// What does the mailbox of the local stack show? The newest mail first, read again every 2 s.

const list = document.getElementById("mails");
let shown = "";

/** Mails are other people's text: it is put in as text, and HTML only into a sandbox. */
function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function article(mail) {
  const made = document.createElement("article");
  const moment = new Date(mail.Timestamp * 1000).toLocaleString();
  made.append(
    element("h2", mail.Subject || "(no subject)"),
    element("p", `${mail.Source} → ${mail.To.join(", ")} · ${moment}`, "about"),
    element("pre", mail.BodyText || ""),
  );
  if (mail.BodyHtml) made.append(asSeen(mail.BodyHtml));
  return made;
}

function asSeen(html) {
  const details = document.createElement("details");
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "");
  frame.title = "The mail as it is seen";
  frame.srcdoc = html;
  details.append(element("summary", "As it is seen"), frame);
  return details;
}

async function refresh() {
  const answer = await fetch("/_ministack/ses/messages", { cache: "no-store" });
  const mails = Object.values((await answer.json()).messages).flat();
  const ids = mails.map((mail) => mail.MessageId).join();
  if (ids === shown) return;
  shown = ids;
  mails.sort((one, other) => other.Timestamp - one.Timestamp);
  list.replaceChildren(...mails.map(article));
}

async function watch() {
  try {
    await refresh();
  } catch {
    // The stack is stopping or starting: the next look will tell.
  }
  setTimeout(watch, 2000);
}

watch();
