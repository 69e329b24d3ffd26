// Asks the LMS's page to keep this login's value, or to give it back (LTI platform storage), then goes on. The gateway
// decides the request, its recipient and the origin of a valid answer (crates/lti13/src/tool/platform_storage.rs).
// Without an answer the form goes as it is.
const form = document.querySelector('form');
const value = form.elements.storage_value;
const asked = form.dataset.storage && JSON.parse(form.dataset.storage);
// In a window that the LMS opened, its page is the opener.
const page = window.opener || window.parent;
const frames = new Set();

// A page of another site throws for names that it doesn't have.
function frameNamed(name) {
  try {
    return page.frames[name].postMessage ? page.frames[name] : page;
  } catch {
    return page;
  }
}

// Again and again: a frame that is still loading doesn't listen yet. The origin keeps the value from any page but the LMS's.
function ask() {
  for (const name of frames) {
    for (const message of asked.messages) frameNamed(name).postMessage(message, asked.origin);
  }
}

function goOn(answer) {
  clearInterval(asking);
  clearTimeout(waiting);
  removeEventListener('message', listen);
  if (answer && form.dataset.next) {
    location.replace(form.dataset.next);
  } else {
    if (answer && value) value.value = answer.value;
    // Back from the app, this page would ask to send its form again.
    try {
      history.replaceState(null, '', form.dataset.over);
    } catch {
      // A sandboxed frame may not.
    }
    form.submit();
  }
}

function answers(data, message) {
  return data.subject === `${message.subject}.response` && data.message_id === message.message_id;
}

function listen({ data, origin, source }) {
  if (!data || typeof data !== 'object') return;
  if (origin === asked.origin && asked.messages.some((message) => answers(data, message))) {
    // An error, or nothing kept: another frame may know better.
    if (!data.error && (!value || typeof data.value === 'string')) goOn(data);
  } else if (source === page && asked.capabilities.some((message) => answers(data, message)) && Array.isArray(data.supported_messages)) {
    for (const offered of data.supported_messages) {
      if (offered && offered.frame && asked.messages.some(({ subject }) => subject === offered.subject)) frames.add(String(offered.frame));
    }
    ask();
  }
}

let asking;
let waiting;
if (!asked) {
  form.submit();
} else if (page === window) {
  // A window that nobody opened: nobody keeps values for it, and its cookie is no third party's. On to the LMS, if that is what comes next.
  goOn(form.dataset.next);
} else {
  frames.add(asked.frame || '_parent');
  addEventListener('message', listen);
  for (const message of asked.capabilities) page.postMessage(message, '*');
  ask();
  asking = setInterval(ask, 200);
  waiting = setTimeout(() => goOn(), 2000);
}
