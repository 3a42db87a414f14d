/** A language model that says what a test tells it to, piece by piece, over OpenAI's streaming API. */
import { type Server as HttpServer, type ServerResponse, createServer } from "node:http";

export class Model {
  private asked: (response: ServerResponse) => void = () => {};
  /** The request that waits for words. */
  private readonly answer = new Promise<ServerResponse>((asked) => (this.asked = asked));
  /** What it asked. */
  private question = "";

  private constructor(private readonly http: HttpServer) {}

  static async start(): Promise<Model> {
    const http = createServer();
    const model = new Model(http);
    http.on("request", (request, response: ServerResponse) => {
      request.on("data", (piece) => (model.question += piece));
      request.on("end", () => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        model.asked(response);
      });
    });
    await new Promise<void>((listening) => http.listen(0, "127.0.0.1", listening));
    return model;
  }

  get url(): string {
    const address = this.http.address();
    return `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/v1`;
  }

  /** The mark that cites the passage with these words: a reply without one is not shown. */
  async citing(words: string): Promise<string> {
    await this.answer;
    const { messages } = JSON.parse(this.question) as { messages: { content: string }[] };
    const passages = messages.flatMap(({ content }) => content.split("<passage number=").slice(1));
    return `[${passages.findIndex((passage) => passage.includes(words)) + 1}]`;
  }

  async say(text: string): Promise<void> {
    (await this.answer).write(`data: ${JSON.stringify(chunk({ content: text }, null))}\n\n`);
  }

  async end(): Promise<void> {
    (await this.answer).end(`data: ${JSON.stringify(chunk({}, "stop"))}\n\ndata: [DONE]\n\n`);
  }

  async stop(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((closed) => this.http.close(closed));
  }
}

const chunk = (delta: object, finish_reason: string | null) => ({
  id: "c1",
  object: "chat.completion.chunk",
  created: 1,
  model: "a-model",
  choices: [{ index: 0, delta, finish_reason }],
});
