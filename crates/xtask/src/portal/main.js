import init from "{{js}}";

const texts = { en: "{{en}}", de: "{{de}}" };
const program = fetch("{{wasm}}");
const language = navigator.language.split("-")[0];
globalThis.portalTexts = await (await fetch(texts[language] ?? texts.en)).text();
await init({ module_or_path: program });
