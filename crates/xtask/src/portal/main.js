const texts = { {{texts}} };
const language = navigator.languages.map((tag) => tag.split("-")[0]).find((tag) => tag in texts) ?? "{{fallback}}";
document.documentElement.lang = language;

try {
  const program = fetch("{{wasm}}");
  const [{ default: init }, answer] = await Promise.all([import("{{js}}"), fetch(texts[language])]);
  if (!answer.ok) throw new Error(`The texts can't be had: ${answer.status}`);
  globalThis.portalTexts = await answer.text();
  await init({ module_or_path: program });
} catch (error) {
  document.querySelector(`main[lang="${language}"]`).hidden = false;
  throw error;
}
