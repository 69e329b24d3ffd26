const texts = { en: "{{en}}", de: "{{de}}" };
const language = navigator.languages.map((tag) => tag.split("-")[0]).find((tag) => tag in texts);

try {
  const program = fetch("{{wasm}}");
  const [{ default: init }, answer] = await Promise.all([import("{{js}}"), fetch(texts[language] ?? texts.en)]);
  if (!answer.ok) throw new Error(`The texts can't be had: ${answer.status}`);
  globalThis.portalTexts = await answer.text();
  await init({ module_or_path: program });
} catch (fault) {
  document.getElementById("not-loaded").hidden = false;
  throw fault;
}
