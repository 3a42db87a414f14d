/** What agents use while they answer: canned replies and labels. */
import { rest } from "../../session";
import type { CannedReply, Label, WriteCannedReply } from "../../../wire/schema";

export type LabelDraft = Pick<Label, "name" | "color">;

const REPLIES = "/api/chat/canned-replies";
const LABELS = "/api/chat/labels";

export const replies = {
  list: (search: string) => rest.get<CannedReply[]>(REPLIES, { search }),
  add: (draft: WriteCannedReply) => rest.post<CannedReply>(REPLIES, draft),
  replace: (id: number, draft: WriteCannedReply) => rest.put<CannedReply>(`${REPLIES}/${id}`, draft),
  remove: (id: number) => rest.delete(`${REPLIES}/${id}`),
};

export const labels = {
  list: () => rest.get<Label[]>(LABELS),
  add: (draft: LabelDraft) => rest.post<Label>(LABELS, draft),
  change: (id: number, draft: LabelDraft) => rest.patch<Label>(`${LABELS}/${id}`, draft),
  remove: (id: number) => rest.delete(`${LABELS}/${id}`),
};
