// The LMS's side of LTI platform storage: keeps values for tools, each origin's apart. Where a frame keeps them, the page only says so.
const { prefixes, frame } = document.currentScript.dataset;
const kept = new Map();

const answers = {
  capabilities: (prefix) => ({
    supported_messages: ["capabilities", "put_data", "get_data"].map((name) =>
      frame && name !== "capabilities" ? { subject: prefix + name, frame } : { subject: prefix + name },
    ),
  }),
  put_data: (_, { key, value }, origin) => {
    kept.set(`${origin} ${key}`, value);
    return { key, value };
  },
  get_data: (_, { key }, origin) => ({ key, value: kept.get(`${origin} ${key}`) ?? null }),
};

addEventListener("message", ({ data, origin, source }) => {
  const subject = String(data?.subject);
  for (const prefix of prefixes.split(" ")) {
    const name = subject.slice(prefix.length);
    if (subject !== prefix + name || !Object.hasOwn(answers, name) || (frame && name !== "capabilities")) continue;
    source.postMessage({ subject: `${subject}.response`, message_id: data.message_id, ...answers[name](prefix, data, origin) }, origin);
  }
});
