// Written by `npm run schema` from openapi/openapi.json; a test generates it again and compares.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Account_string
         * @description An account as its owner sees it.
         */
        Account_string: {
            id: string;
            /** @description The same as `id`. */
            user_id: string;
            username: string;
            email?: string | null;
            role: string;
            department?: string | null;
            /** @description What others see. */
            display_name: string;
            full_name?: string | null;
            phone?: string | null;
            created_at: string;
        };
        /**
         * Article
         * @description An article of the help centre.
         */
        Article: {
            /** Format: uuid */
            id: string;
            title: string;
            /** @description Markdown. */
            body: string;
            /** @description Where it can be read once it is published: `/help/<slug>`, or another site's address. */
            url?: string | null;
            tags: string[];
            /** @description A language tag. */
            locale: string;
            /** @description The last part of its page's address. */
            slug: string;
            category?: string | null;
            /** @description Questions that it answers, as people ask them. */
            questions: string[];
            status: components["schemas"]["ArticleStatus"];
            /**
             * Format: uuid
             * @description The same in all articles that say the same in different languages; null: it has no translation.
             */
            translations?: string | null;
            /** @description It came with the server, and nobody has changed it. */
            is_example: boolean;
            /** @description Changes that are not published. */
            draft?: components["schemas"]["ArticleContent"] | null;
            /**
             * Format: int32
             * @description The number of what it says now.
             */
            version: number;
            /**
             * Format: int32
             * @description How many readers said that it helped.
             */
            helpful: number;
            /**
             * Format: int32
             * @description How many said that it did not.
             */
            unhelpful: number;
            /** @description The user's id. */
            created_by: string;
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            updated_at: string;
        };
        /**
         * @description Who may read an article.
         * @enum {string}
         */
        ArticleStatus: "draft" | "published";
        /**
         * ArticleContent
         * @description What an article says, or said.
         */
        ArticleContent: {
            title: string;
            /** @description Markdown. */
            body: string;
            tags: string[];
            category?: string | null;
            questions: string[];
        };
        /**
         * ArticleImage
         * @description An image for articles.
         */
        ArticleImage: {
            /** @description Where everybody can see it: `/help/images/<uuid>.<extension>`. Put it into an article as `![what it shows](url)`. */
            url: string;
            /**
             * Format: uint32
             * @description In pixels, as it is displayed.
             */
            width?: number | null;
            /**
             * Format: uint32
             * @description In pixels, as it is displayed.
             */
            height?: number | null;
        };
        /**
         * ArticlePage
         * @description A page of articles, newest first.
         */
        ArticlePage: {
            /**
             * Format: uint64
             * @description How many there are on all pages.
             */
            count: number;
            /** @description The `cursor` of the next page. */
            next?: string | null;
            /** @description The `cursor` of the page before. */
            previous?: string | null;
            results: components["schemas"]["ListedArticle"][];
        };
        /**
         * ListedArticle
         * @description An article of the help centre, without its text, example questions and unpublished changes.
         */
        ListedArticle: {
            /** Format: uuid */
            id: string;
            title: string;
            /** @description Where it can be read once it is published: `/help/<slug>`, or another site's address. */
            url: string;
            tags: string[];
            /** @description A language tag. */
            locale: string;
            /** @description The last part of its page's address. */
            slug: string;
            category?: string | null;
            status: components["schemas"]["ArticleStatus"];
            /**
             * Format: uuid
             * @description The same in all articles that say the same in different languages; null: it has no translation.
             */
            translations?: string | null;
            /** @description It came with the server, and nobody has changed it. */
            is_example: boolean;
            /** @description There are changes that are not published. */
            has_draft: boolean;
            /**
             * Format: int32
             * @description The number of what it says now.
             */
            version: number;
            /**
             * Format: int32
             * @description How many readers said that it helped.
             */
            helpful: number;
            /**
             * Format: int32
             * @description How many said that it did not.
             */
            unhelpful: number;
            /** @description The user's id. */
            created_by: string;
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            updated_at: string;
        };
        /**
         * ArticleVersion
         * @description What an article said before.
         */
        ArticleVersion: {
            /**
             * Format: int32
             * @description From 1 within the article.
             */
            number: number;
            content: components["schemas"]["ArticleContent"];
            /** @description The id of the user who put the next in its place. */
            replaced_by: string;
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            replaced_at: string;
        };
        /**
         * Attachment
         * @description An uploaded file. Its links are good for five minutes; ask for the attachment again to renew them.
         */
        Attachment: {
            /**
             * Format: uuid
             * @description The same as `attachment_id`.
             */
            id: string;
            /**
             * Format: uuid
             * @description The file's id: what a message carries as `attachment_id`.
             */
            attachment_id: string;
            /** @description A signed link to the file. */
            file_url: string;
            /** @description The name, made safe. */
            file_name: string;
            /**
             * Format: int64
             * @description Bytes.
             */
            file_size: number;
            /** @description The type found in the bytes. */
            content_type: string;
            /** @description How far the server is with it. */
            status: components["schemas"]["AttachmentStatus"];
            /** @description Why it was rejected. */
            reason?: string | null;
            /**
             * Format: int32
             * @description Pixels, of an image.
             */
            width?: number | null;
            /**
             * Format: int32
             * @description Pixels, of an image.
             */
            height?: number | null;
            /** @description A signed link to a small picture of it, where there is one. */
            thumbnail_url?: string | null;
            /**
             * Format: date-time
             * @description When it was uploaded.
             * @example 2026-11-20T09:30:00.123456Z
             */
            created_at: string;
        };
        /**
         * @description How far the server is with a file.
         * @enum {string}
         */
        AttachmentStatus: "processing" | "ready" | "rejected";
        /**
         * CannedReply
         * @description A text that is put into an answer by its shortcut.
         */
        CannedReply: {
            /** Format: int64 */
            id: number;
            shortcut: string;
            /** @description Markdown. */
            text: string;
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            updated_at: string;
        };
        /**
         * Changes
         * @description What changed since a revision.
         */
        Changes: {
            /**
             * Format: int64
             * @description Ask again from here.
             */
            rev: number;
            /** @description In `rev` order, each message once, in its present state; 500 at most. */
            messages: components["schemas"]["Message"][];
            /** @description False: there is more; ask again from `rev` at once. */
            complete: boolean;
        };
        /**
         * Message
         * @description A message in its present state.
         */
        Message: {
            /** Format: uuid */
            id: string;
            /**
             * Format: int64
             * @description 1..n, gap-free in its conversation.
             */
            seq: number;
            /**
             * Format: int64
             * @description The conversation's change counter when the message last changed.
             */
            rev: number;
            /**
             * Format: uuid
             * @description The same as `conversation_id`.
             */
            conversation: string;
            /** Format: uuid */
            conversation_id: string;
            /** @description The user's id here; the username in socket frames. */
            sender: string;
            /** @description The user's id. */
            sender_id: string;
            sender_username: string;
            /** @description What to show: the full name, else the username. */
            sender_name: string;
            /** @description Who speaks. */
            type: components["schemas"]["MessageType"];
            /** @description Markdown; empty once deleted. */
            text: string;
            /** @description The same as `text`. */
            content: string;
            /** @description `text` as HTML, safe to show. */
            html: string;
            attachment?: components["schemas"]["Attachment"] | null;
            /** @description The attachment's `file_url`. */
            attachment_url?: string | null;
            /**
             * Format: uuid
             * @description The message that this one answers.
             */
            reply_to?: string | null;
            /** @description How many people put each emoji. */
            reactions: {
                [key: string]: number;
            };
            /** @description How far it got. */
            status: components["schemas"]["DeliveryStatus"];
            is_edited: boolean;
            is_deleted: boolean;
            /** @description The sending client's own id of it. */
            client_id?: string | null;
            /** @description On the bot's messages: where the answer comes from. */
            meta?: components["schemas"]["MessageMeta"] | null;
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            updated_at: string;
            /**
             * Format: date-time
             * @description When it first reached a client of another participant, as far as that is known.
             * @example 2026-11-20T09:30:00.123456Z
             */
            delivered_at?: string | null;
            /**
             * Format: date-time
             * @description When another participant first read it.
             * @example 2026-11-20T09:30:00.123456Z
             */
            read_at?: string | null;
        };
        /**
         * @description Who speaks.
         * @enum {string}
         */
        MessageType: "user" | "agent" | "bot" | "system";
        /**
         * @description How far a message got.
         * @enum {string}
         */
        DeliveryStatus: "sent" | "delivered" | "read";
        /**
         * MessageMeta
         * @description What the bot knew when it wrote.
         */
        MessageMeta: {
            /** @description The articles behind the answer. */
            sources: components["schemas"]["Source"][];
            /** @description What could be asked next. */
            prompts: string[];
            /** @description A person was asked to take over. */
            handoff: boolean;
        };
        /**
         * Source
         * @description An article that an answer was taken from.
         */
        Source: {
            title: string;
            /** @description Where it can be read; a path on this server or an address. */
            url?: string | null;
        };
        /**
         * Conversation
         * @description A conversation as the caller sees it.
         */
        Conversation: {
            /** Format: uuid */
            id: string;
            title: string;
            /** @description The same as `title`. */
            name: string;
            description?: string | null;
            is_group: boolean;
            kind: components["schemas"]["ConversationKind"];
            status: components["schemas"]["ConversationStatus"];
            /** @description Whether the bot answers. */
            bot: components["schemas"]["BotSwitch"];
            /** @description The id of the user who made it. */
            created_by?: string | null;
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description The newest activity.
             * @example 2026-11-20T09:30:00.123456Z
             */
            updated_at: string;
            is_archived: boolean;
            /**
             * Format: int64
             * @description Messages of others that the caller has not read.
             */
            unread_count: number;
            participants: components["schemas"]["Participant"][];
            /** Format: uint64 */
            participant_count: number;
            last_message?: components["schemas"]["Message"] | null;
            /** @description The last 50, oldest first; only where one conversation is asked for. */
            messages?: components["schemas"]["Message"][];
            /**
             * Format: int64
             * @description The newest message's `seq`.
             */
            last_seq: number;
            /**
             * Format: int64
             * @description The newest change's `rev`: where to resume from.
             */
            rev: number;
            /** @description Who of the company has it. */
            assignee?: components["schemas"]["NamedUser"] | null;
            /** @description Whose it is, where it is a customer's or a ticket. */
            customer?: components["schemas"]["NamedUser"] | null;
            /** @description The ticket that it is. */
            ticket?: components["schemas"]["ConversationTicket"] | null;
            /** @description How soon the company should look at it; agents and admins alone have this member. */
            priority?: components["schemas"]["PriorityWord"];
            /** @description By name; agents and admins alone have this member. */
            labels?: components["schemas"]["Label"][];
            /**
             * Format: date-time
             * @description When it is to open again, while it is snoozed; agents and admins alone have this member.
             * @example 2026-11-20T09:30:00.123456Z
             */
            snoozed_until?: string | null;
        };
        /**
         * @description What a conversation is.
         * @enum {string}
         */
        ConversationKind: "support" | "direct" | "group" | "room" | "ticket";
        /**
         * @description Where the work on a conversation stands.
         * @enum {string}
         */
        ConversationStatus: "open" | "pending" | "snoozed" | "resolved";
        /**
         * @description Whether the bot answers.
         * @enum {string}
         */
        BotSwitch: "on" | "off";
        /**
         * Participant
         * @description A person in a conversation.
         */
        Participant: {
            /** @description The user's id. */
            id: string;
            username: string;
            full_name?: string | null;
            /** @description The full name's first word; empty where there is none. */
            first_name: string;
            /** @description The rest of the full name. */
            last_name: string;
            role: components["schemas"]["ParticipantRole"];
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            joined_at: string;
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            last_read_at?: string | null;
            /**
             * Format: int64
             * @description Everything up to this `seq` is read.
             */
            last_read_seq: number;
        };
        /**
         * @description A person's part in a conversation.
         * @enum {string}
         */
        ParticipantRole: "owner" | "member" | "agent" | "bot";
        /**
         * NamedUser
         * @description A person whom a conversation or a note names.
         */
        NamedUser: {
            /** @description The user's id. */
            id: string;
            username: string;
            /** @description What to show: the full name, else the username. */
            name: string;
        };
        /**
         * ConversationTicket
         * @description The ticket that a conversation is.
         */
        ConversationTicket: {
            /**
             * Format: int64
             * @description Its number.
             */
            support_id: number;
            /** @description `TKT-…` */
            ticket_id: string;
            status: components["schemas"]["TicketState"];
            urgency: components["schemas"]["TicketUrgency"];
            /** @description `IT` or `HR`, whose agents see it; none: every agent does. */
            department?: string | null;
        };
        /**
         * @description Where a ticket stands.
         * @enum {string}
         */
        TicketState: "open" | "assigned" | "resolved" | "closed";
        /**
         * @description How soon a ticket matters to its user.
         * @enum {string}
         */
        TicketUrgency: "low" | "medium" | "high";
        /**
         * @description How soon the company should look at a conversation.
         * @enum {string}
         */
        PriorityWord: "none" | "low" | "medium" | "high" | "urgent";
        /**
         * Label
         * @description A label that the staff puts on conversations.
         */
        Label: {
            /** Format: int64 */
            id: number;
            name: string;
            /** @description `#rrggbb` */
            color: string;
        };
        /**
         * ConversationCounts
         * @description How many customers' conversations and tickets there are.
         */
        ConversationCounts: {
            /** @description The caller's own. */
            mine: components["schemas"]["StatusCounts"];
            /** @description Nobody's. */
            unassigned: components["schemas"]["StatusCounts"];
            /** @description All that the caller may see. */
            all: components["schemas"]["StatusCounts"];
        };
        /**
         * StatusCounts
         * @description How many there are by status.
         */
        StatusCounts: {
            /** Format: uint64 */
            open: number;
            /** Format: uint64 */
            pending: number;
            /** Format: uint64 */
            snoozed: number;
            /** Format: uint64 */
            resolved: number;
        };
        /**
         * ConversationPage
         * @description A page of conversations, newest activity first.
         */
        ConversationPage: {
            /**
             * Format: uint64
             * @description How many there are on all pages.
             */
            count: number;
            /** @description The `cursor` of the next page. */
            next?: string | null;
            /** @description The `cursor` of the page before. */
            previous?: string | null;
            results: components["schemas"]["Conversation"][];
        };
        /**
         * ConversationSummary
         * @description A conversation in short.
         */
        ConversationSummary: {
            /** @description Markdown. */
            summary: string;
            /** @description Whether a language model wrote it; else it is an extract, and says so. */
            by_model: boolean;
        };
        /**
         * CreateUser
         * @description An account to be made.
         * @example {
         *       "username": "itagent",
         *       "password": "testpass123",
         *       "role": "agent",
         *       "email": "itagent@example.com",
         *       "full_name": "Ida Torres",
         *       "department": "IT"
         *     }
         */
        CreateUser: {
            /** @description 3–50 characters without white space or slashes, at least one of them not a digit. */
            username: string;
            /**
             * Format: password
             * @description 8–128 characters.
             */
            password: string;
            role: components["schemas"]["UserRole"];
            email?: string | null;
            full_name?: string | null;
            /** @description Agents only. */
            department?: components["schemas"]["UserDepartment"] | null;
        };
        /**
         * @description What an account may do.
         * @enum {string}
         */
        UserRole: "user" | "driver" | "agent" | "admin" | "bot";
        /**
         * @description An agent's team.
         * @enum {string}
         */
        UserDepartment: "IT" | "HR";
        /**
         * CreatedWebhook
         * @description A new endpoint with its secret, which is shown this once.
         */
        CreatedWebhook: {
            /** Format: uuid */
            id: string;
            url: string;
            events: string[];
            description?: string | null;
            enabled: boolean;
            /** @description `whsec_…`: what its deliveries are signed with (Standard Webhooks 1.0). */
            secret: string;
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            created_at: string;
        };
        /**
         * Customer
         * @description Whom a conversation is with.
         */
        Customer: {
            /** @description The user's id. */
            id: string;
            username: string;
            /** @description What to show: the full name, else the username. */
            name: string;
            email?: string | null;
            phone?: string | null;
            /** @description Came through the widget without an account. */
            is_visitor: boolean;
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            created_at: string;
            /**
             * Format: uint64
             * @description Their conversations with the company, this one too, that the caller may see.
             */
            conversation_count: number;
            /** @description Has a page or an app open. */
            is_online: boolean;
        };
        /**
         * ExampleArticles
         * @description What became of the examples.
         */
        ExampleArticles: {
            /**
             * Format: uint64
             * @description How many were added, or removed.
             */
            count: number;
        };
        /**
         * FieldError
         * @description One input field and what is wrong with it.
         */
        FieldError: {
            /** @description The field's name as it was sent. */
            field: string;
            /** @description What is wrong with it. */
            message: string;
        };
        /**
         * Figures
         * @description How much work there is, over all instances.
         */
        Figures: {
            /**
             * Format: uint64
             * @description Open sockets.
             */
            connections: number;
            /**
             * Format: uint64
             * @description Conversations with at least one socket.
             */
            rooms: number;
            /** Format: uint64 */
            agents_online: number;
            /** @description Customers' conversations and tickets. */
            conversations: components["schemas"]["ConversationFigures"];
            /**
             * Format: uint64
             * @description Those that are not resolved and that nobody has.
             */
            unassigned: number;
            /**
             * Format: uint64
             * @description Messages of people and the bot in the last 24 hours.
             */
            messages_24h: number;
            /** Format: uint64 */
            bot_replies_24h: number;
            /**
             * Format: uint64
             * @description How often a person was asked for in the last 24 hours, by the bot or by the customer.
             */
            handoffs_24h: number;
            jobs: components["schemas"]["JobFigures"];
        };
        /**
         * ConversationFigures
         * @description How many conversations have which status.
         */
        ConversationFigures: {
            /** Format: uint64 */
            open: number;
            /** Format: uint64 */
            pending: number;
            /** Format: uint64 */
            snoozed: number;
            /** Format: uint64 */
            resolved: number;
        };
        /**
         * JobFigures
         * @description How many jobs are not done.
         */
        JobFigures: {
            /** Format: uint64 */
            pending: number;
            /** Format: uint64 */
            running: number;
            /** Format: uint64 */
            dead: number;
        };
        /**
         * Job
         * @description Something that the worker is to do.
         */
        Job: {
            /** Format: uuid */
            id: string;
            kind: string;
            state: components["schemas"]["JobState"];
            /** @description The queue whose workers run it. */
            queue: string;
            /**
             * Format: int32
             * @description Runs begun.
             */
            starts: number;
            /**
             * Format: int32
             * @description Runs that failed.
             */
            failures: number;
            /**
             * Format: int32
             * @description The same as `starts`.
             */
            attempts: number;
            /** @description What went wrong the last time. */
            last_error?: string | null;
            /**
             * Format: date-time
             * @description Not before then.
             * @example 2026-11-20T09:30:00.123456Z
             */
            run_at: string;
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            updated_at: string;
            /** @description What it is about; depends on the kind. */
            payload: unknown;
        };
        /**
         * @description Where a job stands.
         * @enum {string}
         */
        JobState: "pending" | "running" | "done" | "dead";
        /**
         * JobPage
         * @description A page of jobs, those due last first.
         */
        JobPage: {
            /**
             * Format: uint64
             * @description How many there are on all pages.
             */
            count: number;
            /** @description The `cursor` of the next page. */
            next?: string | null;
            /** @description The `cursor` of the page before. */
            previous?: string | null;
            results: components["schemas"]["Job"][];
            /** @description How each queue stands. */
            queues: components["schemas"]["JobQueue"][];
        };
        /**
         * JobQueue
         * @description How one queue stands, over all processes.
         */
        JobQueue: {
            /** @description `chat`, `model`, `media`, `delivery`, `maintenance`. */
            queue: string;
            /**
             * Format: uint64
             * @description Jobs that wait for their time, their turn or a worker.
             */
            pending: number;
            /** Format: uint64 */
            running: number;
            /** Format: uint64 */
            dead: number;
            /**
             * Format: uint64
             * @description Seconds that the oldest job whose time has come has waited; 0 where none waits.
             */
            oldest_seconds: number;
        };
        /**
         * Note
         * @description What the staff noted about a conversation. Nobody else sees it.
         */
        Note: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            conversation_id: string;
            author: components["schemas"]["NamedUser"];
            /** @description Markdown. */
            text: string;
            /** @description `text` as HTML, safe to show. */
            html: string;
            /** @description The usernames of the agents and admins whom it names. */
            mentions: string[];
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            updated_at: string;
        };
        /**
         * Notification
         * @description Something that the caller was told of.
         */
        Notification: {
            /** Format: uuid */
            id: string;
            /**
             * Format: uuid
             * @description The same as `id`.
             */
            notification_id: string;
            /** @description The id of who is told. */
            user_id: string;
            title: string;
            message: string;
            /** @description What it is about. */
            type: components["schemas"]["NotificationType"];
            read: boolean;
            /** @description What it is about, as it was then. */
            data: unknown;
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            read_at?: string | null;
        };
        /**
         * @description What somebody is told of.
         * @enum {string}
         */
        NotificationType: "ticket_created" | "ticket_assigned" | "ticket_updated" | "message_received" | "misuse_detected" | "system_alert" | "mentioned" | "handoff_requested" | "conversation_assigned" | "conversation_woke" | "conversation_resolved";
        /**
         * NotificationPage
         * @description A page of the caller's notifications, newest first.
         */
        NotificationPage: {
            notifications: components["schemas"]["Notification"][];
            /**
             * Format: uint64
             * @description How many there are on all pages.
             */
            total: number;
            /**
             * Format: uint64
             * @description From 1.
             */
            page: number;
            /** Format: uint64 */
            limit: number;
            has_next: boolean;
            /**
             * Format: uint64
             * @description How many of all are unread.
             */
            unread_count: number;
        };
        /**
         * Prompt
         * @description A quick prompt of the widget.
         */
        Prompt: {
            /** Format: int32 */
            id: number;
            /** @description What the button says. */
            title: string;
            /** @description What is sent when it is clicked. */
            text: string;
            /**
             * Format: int32
             * @description Lowest first.
             */
            order: number;
        };
        /**
         * PushKey
         * @description The server's public key.
         */
        PushKey: {
            /** @description What `pushManager.subscribe` takes as `applicationServerKey`: a P-256 point, base64url. */
            public_key: string;
        };
        /**
         * SearchHit
         * @description A message that was found, and where in it.
         */
        SearchHit: {
            /** @description A piece of the text as HTML, with the words found in `<mark>`. */
            snippet: string;
            /** Format: uuid */
            id: string;
            /**
             * Format: int64
             * @description 1..n, gap-free in its conversation.
             */
            seq: number;
            /**
             * Format: int64
             * @description The conversation's change counter when the message last changed.
             */
            rev: number;
            /**
             * Format: uuid
             * @description The same as `conversation_id`.
             */
            conversation: string;
            /** Format: uuid */
            conversation_id: string;
            /** @description The user's id here; the username in socket frames. */
            sender: string;
            /** @description The user's id. */
            sender_id: string;
            sender_username: string;
            /** @description What to show: the full name, else the username. */
            sender_name: string;
            /** @description Who speaks. */
            type: components["schemas"]["MessageType"];
            /** @description Markdown; empty once deleted. */
            text: string;
            /** @description The same as `text`. */
            content: string;
            /** @description `text` as HTML, safe to show. */
            html: string;
            attachment?: components["schemas"]["Attachment"] | null;
            /** @description The attachment's `file_url`. */
            attachment_url?: string | null;
            /**
             * Format: uuid
             * @description The message that this one answers.
             */
            reply_to?: string | null;
            /** @description How many people put each emoji. */
            reactions: {
                [key: string]: number;
            };
            /** @description How far it got. */
            status: components["schemas"]["DeliveryStatus"];
            is_edited: boolean;
            is_deleted: boolean;
            /** @description The sending client's own id of it. */
            client_id?: string | null;
            /** @description On the bot's messages: where the answer comes from. */
            meta?: components["schemas"]["MessageMeta"] | null;
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            updated_at: string;
            /**
             * Format: date-time
             * @description When it first reached a client of another participant, as far as that is known.
             * @example 2026-11-20T09:30:00.123456Z
             */
            delivered_at?: string | null;
            /**
             * Format: date-time
             * @description When another participant first read it.
             * @example 2026-11-20T09:30:00.123456Z
             */
            read_at?: string | null;
        };
        /**
         * Sent
         * @description What a sent message became.
         */
        Sent: {
            /** Format: uuid */
            conversation_id: string;
            /** Format: uuid */
            message_id: string;
            /**
             * Format: int64
             * @description Its number in the conversation.
             */
            seq: number;
        };
        /**
         * Session_string
         * @description A session: an access token, and the refresh token that renews it once.
         */
        Session_string: {
            /** @description Send it as `Authorization: Bearer …`. */
            access_token: string;
            /** @description Good once. */
            refresh_token: string;
            /** @description Always `bearer`. */
            token_type: string;
            /**
             * Format: int64
             * @description Seconds that the access token is good for.
             */
            expires_in: number;
            /** @description The same as `access_token`. */
            token: string;
            /** @description The same as `refresh_token`. */
            refresh: string;
            /** @description The same as `access_token`. */
            accessToken: string;
            role: string;
            username: string;
            user_id: string;
            user: components["schemas"]["Account_string"];
        };
        /**
         * StaffMember
         * @description Somebody who works for the company.
         */
        StaffMember: {
            /** @description The user's id. */
            id: string;
            username: string;
            /** @description What to show: the full name, else the username. */
            name: string;
            role: components["schemas"]["UserRole"];
            department?: components["schemas"]["UserDepartment"] | null;
            /** @description Has a page or an app open. */
            is_online: boolean;
        };
        /**
         * SuggestedResponse
         * @description What an agent could answer.
         */
        SuggestedResponse: {
            /** @description Markdown; never empty. */
            suggested_response: string;
            /** @description The articles behind it; none where they say nothing about it, and the draft says no more than that somebody looks. */
            sources: components["schemas"]["AnswerSource"][];
        };
        /**
         * AnswerSource
         * @description An article that an answer was taken from.
         */
        AnswerSource: {
            title: string;
            /** @description Where it can be read. */
            url?: string | null;
        };
        /**
         * TracedAnswer
         * @description An answer of the bot's, and how it came about. What was not recorded when it was made is null.
         */
        TracedAnswer: {
            /** Format: uuid */
            message_id: string;
            /** Format: int64 */
            seq: number;
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            created_at: string;
            /** @description What was asked; null where it was deleted. */
            question?: string | null;
            /** @description Markdown. */
            answer: string;
            /** @description What the question was taken for: `answer`, `unknown`, `unclear`, or the kind of small talk. */
            intent?: string | null;
            /** @description The language of the answer, as an ISO 639 code. */
            language?: string | null;
            /** @description The language model that wrote it; null where none did. */
            model?: string | null;
            /** @description The question that was searched for, where a model made it out of a follow-up or of several messages. */
            rewritten?: string | null;
            /**
             * @description Why the language model that is set up did not write it: its calls were used up, it failed, or what it said was not in
             *     the articles. Null where it did, and where none is set up.
             */
            fallback?: string | null;
            /**
             * Format: uint64
             * @description How long the answer took.
             */
            duration_ms?: number | null;
            /** @description Whether a person was asked to take over. */
            handoff?: boolean | null;
            /** @description What whom it answered says: `up`, it helped; `down`, it did not. Null: they have not said. */
            feedback?: components["schemas"]["AnswerFeedback"] | null;
            /** @description What was considered, best first. */
            passages?: components["schemas"]["ScoredPassage"][] | null;
        };
        /**
         * @description Whether an answer helped.
         * @enum {string}
         */
        AnswerFeedback: "up" | "down";
        /**
         * ScoredPassage
         * @description A passage of an article that was considered for an answer.
         */
        ScoredPassage: {
            /** @description The article's title and the passage's heading. */
            title: string;
            /** @description Where the article can be read. */
            url?: string | null;
            /**
             * Format: double
             * @description Comparable only within one answer.
             */
            score: number;
        };
        /**
         * TriedAnswer
         * @description What the bot would say, and how it came to that.
         */
        TriedAnswer: {
            /** @description Markdown. */
            answer: string;
            /** @description The articles behind it. */
            sources: components["schemas"]["Source"][];
            /** @description What the question was taken for: `answer`, `unknown`, `unclear`, or the kind of small talk. */
            intent: string;
            /** @description The language model that wrote it; null where it was quoted from the articles. */
            model?: string | null;
            /** @description What was considered, best first. */
            passages: components["schemas"]["ScoredPassage"][];
        };
        /**
         * UpdateConversation
         * @description What changes; what is absent stays.
         * @example {
         *       "bot": "off",
         *       "title": null,
         *       "is_archived": null,
         *       "status": null,
         *       "snoozed_until": null,
         *       "priority": null,
         *       "label_ids": null
         *     }
         */
        UpdateConversation: {
            /**
             * @description Whether the bot answers; only in a customer's own conversation, and the desk's to say once a person was asked for or has
             *     come.
             */
            bot?: components["schemas"]["BotSwitch"] | null;
            title?: string | null;
            is_archived?: boolean | null;
            /** @description This and what follows: agents and admins, in a customer's conversation or a ticket's. */
            status?: components["schemas"]["ConversationStatus"] | null;
            /** @description RFC 3339; with status `snoozed` and only then: in the future, at most 366 days ahead. */
            snoozed_until?: string | null;
            priority?: components["schemas"]["PriorityWord"] | null;
            /** @description All of its labels from now on. */
            label_ids?: number[] | null;
        };
        /**
         * UpdateUser
         * @description What changes; what is absent stays.
         * @example {
         *       "role": "agent",
         *       "department": "HR",
         *       "is_disabled": null,
         *       "password": null
         *     }
         */
        UpdateUser: {
            role?: components["schemas"]["UserRole"] | null;
            /** @description Agents only; null: none. */
            department?: components["schemas"]["UserDepartment"] | null;
            /** @description Null or empty: none. */
            full_name?: string | null;
            /** @description Whoever is disabled is signed out and cannot sign in. */
            is_disabled?: boolean | null;
            /**
             * Format: password
             * @description 8–128 characters; the person's other sessions end.
             */
            password?: string | null;
        };
        /**
         * User
         * @description An account as admins see it.
         */
        User: {
            id: string;
            username: string;
            full_name?: string | null;
            email?: string | null;
            role: components["schemas"]["UserRole"];
            department?: components["schemas"]["UserDepartment"] | null;
            /** @description Cannot sign in. */
            is_disabled: boolean;
            /** @description Came through the widget without an account. */
            is_visitor: boolean;
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            created_at: string;
        };
        /**
         * @description Whose work a list shows.
         * @enum {string}
         */
        ViewWord: "mine" | "unassigned" | "all";
        /**
         * Webhook
         * @description A webhook endpoint.
         */
        Webhook: {
            /** Format: uuid */
            id: string;
            url: string;
            /** @description What it wants to hear of. */
            events: string[];
            description?: string | null;
            enabled: boolean;
            /** @description Why it was disabled, where that was not an admin's doing. */
            disabled_reason?: string | null;
            /**
             * Format: date-time
             * @description Since when nothing could be delivered; after five days it is disabled.
             * @example 2026-11-20T09:30:00.123456Z
             */
            failing_since?: string | null;
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            updated_at: string;
        };
        /**
         * WebhookAttempt
         * @description One attempt of a delivery.
         */
        WebhookAttempt: {
            /** @description RFC 3339, UTC. */
            at: string;
            /**
             * Format: uint16
             * @description What the endpoint answered; none where no answer came.
             */
            status_code?: number | null;
            /** @description What went wrong, in words. */
            error?: string | null;
            /** Format: uint64 */
            duration_ms: number;
        };
        /**
         * WebhookDelivery
         * @description One event's delivery to one endpoint.
         */
        WebhookDelivery: {
            /** Format: uuid */
            id: string;
            /** @description The `webhook-id` header: the same for every attempt. */
            event_id: string;
            event_type: string;
            status: components["schemas"]["DeliveryState"];
            /** @description Oldest first. */
            attempts: components["schemas"]["WebhookAttempt"][];
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            next_attempt_at?: string | null;
            /**
             * Format: date-time
             * @example 2026-11-20T09:30:00.123456Z
             */
            created_at: string;
        };
        /**
         * @description Where a delivery stands.
         * @enum {string}
         */
        DeliveryState: "pending" | "ok" | "failed" | "dead";
        /**
         * WriteArticle
         * @description An article of the help centre.
         * @example {
         *       "title": "Gift wrapping",
         *       "body": "We wrap gifts **for free**: tick the box at the checkout.",
         *       "url": null,
         *       "tags": [
         *         "gifts"
         *       ],
         *       "locale": "en",
         *       "slug": null,
         *       "category": "Orders",
         *       "questions": [
         *         "Do you wrap presents?"
         *       ],
         *       "status": "published",
         *       "translation_of": null
         *     }
         */
        WriteArticle: {
            title: string;
            /** @description Markdown. */
            body: string;
            /** @description Where it can be read, if on another site; `/help/` and a slug is its page here. */
            url?: string | null;
            /** @description At most 20 of at most 50 characters. */
            tags?: string[] | null;
            /** @description A language tag; `en` unless given. */
            locale?: string | null;
            /** @description The last part of its page's address: lower-case letters, digits and hyphens. Made of the title unless given. */
            slug?: string | null;
            category?: string | null;
            /** @description Questions that it answers, as people ask them: at most 10 of at most 200 characters. */
            questions?: string[] | null;
            /** @description `published` unless given. */
            status?: components["schemas"]["ArticleStatus"] | null;
            /**
             * Format: uuid
             * @description The id of the article that it says in another language.
             */
            translation_of?: string | null;
        };
        /**
         * WriteArticleContent
         * @description What an article is to say.
         * @example {
         *       "title": "Gift wrapping",
         *       "body": "We wrap gifts **for free**.",
         *       "tags": [
         *         "gifts"
         *       ],
         *       "category": "Orders",
         *       "questions": null
         *     }
         */
        WriteArticleContent: {
            title: string;
            /** @description Markdown. */
            body: string;
            /** @description At most 20 of at most 50 characters. */
            tags?: string[] | null;
            category?: string | null;
            /** @description At most 10 of at most 200 characters. */
            questions?: string[] | null;
        };
        /**
         * WriteCannedReply
         * @description A canned reply to be kept.
         * @example {
         *       "shortcut": "refund",
         *       "text": "Your refund is on its way; banks take *three to five* days."
         *     }
         */
        WriteCannedReply: {
            /** @description Unique among them. */
            shortcut: string;
            /** @description Markdown. */
            text: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type AccountString = components['schemas']['Account_string'];
export type Article = components['schemas']['Article'];
export type ArticleStatus = components['schemas']['ArticleStatus'];
export type ArticleContent = components['schemas']['ArticleContent'];
export type ArticleImage = components['schemas']['ArticleImage'];
export type ArticlePage = components['schemas']['ArticlePage'];
export type ListedArticle = components['schemas']['ListedArticle'];
export type ArticleVersion = components['schemas']['ArticleVersion'];
export type Attachment = components['schemas']['Attachment'];
export type AttachmentStatus = components['schemas']['AttachmentStatus'];
export type CannedReply = components['schemas']['CannedReply'];
export type Changes = components['schemas']['Changes'];
export type Message = components['schemas']['Message'];
export type MessageType = components['schemas']['MessageType'];
export type DeliveryStatus = components['schemas']['DeliveryStatus'];
export type MessageMeta = components['schemas']['MessageMeta'];
export type Source = components['schemas']['Source'];
export type Conversation = components['schemas']['Conversation'];
export type ConversationKind = components['schemas']['ConversationKind'];
export type ConversationStatus = components['schemas']['ConversationStatus'];
export type BotSwitch = components['schemas']['BotSwitch'];
export type Participant = components['schemas']['Participant'];
export type ParticipantRole = components['schemas']['ParticipantRole'];
export type NamedUser = components['schemas']['NamedUser'];
export type ConversationTicket = components['schemas']['ConversationTicket'];
export type TicketState = components['schemas']['TicketState'];
export type TicketUrgency = components['schemas']['TicketUrgency'];
export type PriorityWord = components['schemas']['PriorityWord'];
export type Label = components['schemas']['Label'];
export type ConversationCounts = components['schemas']['ConversationCounts'];
export type StatusCounts = components['schemas']['StatusCounts'];
export type ConversationPage = components['schemas']['ConversationPage'];
export type ConversationSummary = components['schemas']['ConversationSummary'];
export type CreateUser = components['schemas']['CreateUser'];
export type UserRole = components['schemas']['UserRole'];
export type UserDepartment = components['schemas']['UserDepartment'];
export type CreatedWebhook = components['schemas']['CreatedWebhook'];
export type Customer = components['schemas']['Customer'];
export type ExampleArticles = components['schemas']['ExampleArticles'];
export type FieldError = components['schemas']['FieldError'];
export type Figures = components['schemas']['Figures'];
export type ConversationFigures = components['schemas']['ConversationFigures'];
export type JobFigures = components['schemas']['JobFigures'];
export type Job = components['schemas']['Job'];
export type JobState = components['schemas']['JobState'];
export type JobPage = components['schemas']['JobPage'];
export type JobQueue = components['schemas']['JobQueue'];
export type Note = components['schemas']['Note'];
export type Notification = components['schemas']['Notification'];
export type NotificationType = components['schemas']['NotificationType'];
export type NotificationPage = components['schemas']['NotificationPage'];
export type Prompt = components['schemas']['Prompt'];
export type PushKey = components['schemas']['PushKey'];
export type SearchHit = components['schemas']['SearchHit'];
export type Sent = components['schemas']['Sent'];
export type SessionString = components['schemas']['Session_string'];
export type StaffMember = components['schemas']['StaffMember'];
export type SuggestedResponse = components['schemas']['SuggestedResponse'];
export type AnswerSource = components['schemas']['AnswerSource'];
export type TracedAnswer = components['schemas']['TracedAnswer'];
export type AnswerFeedback = components['schemas']['AnswerFeedback'];
export type ScoredPassage = components['schemas']['ScoredPassage'];
export type TriedAnswer = components['schemas']['TriedAnswer'];
export type UpdateConversation = components['schemas']['UpdateConversation'];
export type UpdateUser = components['schemas']['UpdateUser'];
export type User = components['schemas']['User'];
export type ViewWord = components['schemas']['ViewWord'];
export type Webhook = components['schemas']['Webhook'];
export type WebhookAttempt = components['schemas']['WebhookAttempt'];
export type WebhookDelivery = components['schemas']['WebhookDelivery'];
export type DeliveryState = components['schemas']['DeliveryState'];
export type WriteArticle = components['schemas']['WriteArticle'];
export type WriteArticleContent = components['schemas']['WriteArticleContent'];
export type WriteCannedReply = components['schemas']['WriteCannedReply'];
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
