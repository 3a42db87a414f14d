/** What a site pastes: `<script src="https://chat.example.com/widget.js" async></script>`. */
const script = document.currentScript as HTMLScriptElement | null;
const base = new URL("widget/", script?.src ?? location.href);
void import(/* @vite-ignore */ new URL("core.js", base).href);
