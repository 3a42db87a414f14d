// node scripts/kit.mjs: serves the page that shows each piece of the kit, as it is while it is being changed.
import { createServer } from "vite";
import { kit } from "./builds.mjs";

const server = await createServer({ ...kit, server: { port: Number(process.env.PORT ?? 5174) } });
await server.listen();
console.log(`${server.resolvedUrls?.local[0]}pages/kit.html`);
