import HTTPCore

/// The pages and what they need, embedded in the binary from the folder `Web`. Embedding forgets the folders within, so
/// a file's name is there only once.
enum Pages {
    /// The files of each folder of `Web`. A new file is served once it stands here.
    private static let assets: [(folder: String, files: [(name: String, content: [UInt8])])] = [
        (
            "",
            [
                ("asyncapi.json", PackageResources.asyncapi_json),
                ("icon.svg", PackageResources.icon_svg),
                ("index.html", PackageResources.index_html),
                ("openapi.json", PackageResources.openapi_json),
                ("theme.js", PackageResources.theme_js),
            ]
        ),
        (
            "app/",
            [
                ("address.js", PackageResources.address_js),
                ("arrivals.js", PackageResources.arrivals_js),
                ("banner.js", PackageResources.banner_js),
                ("late.js", PackageResources.late_js),
                ("main.js", PackageResources.main_js),
                ("shell.js", PackageResources.shell_js),
            ]
        ),
        (
            "features/composer/",
            [
                ("composer.js", PackageResources.composer_js),
                ("insertion.js", PackageResources.insertion_js),
                ("mentions.js", PackageResources.mentions_js),
            ]
        ),
        (
            "features/details/",
            [
                ("details-panel.js", PackageResources.details_panel_js),
                ("member-list.js", PackageResources.member_list_js),
                ("room-dialogs.js", PackageResources.room_dialogs_js),
            ]
        ),
        (
            "features/messages/",
            [
                ("message-actions.js", PackageResources.message_actions_js),
                ("message-info.js", PackageResources.message_info_js),
                ("message-items.js", PackageResources.message_items_js),
                ("message-keys.js", PackageResources.message_keys_js),
                ("message-list.js", PackageResources.message_list_js),
                ("message-row.js", PackageResources.message_row_js),
                ("scroll-place.js", PackageResources.scroll_place_js),
                ("seen.js", PackageResources.seen_js),
            ]
        ),
        (
            "features/people/",
            [
                ("profile.js", PackageResources.profile_js)
            ]
        ),
        (
            "features/room/",
            [
                ("room-foot.js", PackageResources.room_foot_js),
                ("room-head.js", PackageResources.room_head_js),
                ("room-view.js", PackageResources.room_view_js),
            ]
        ),
        (
            "features/rooms/",
            [
                ("invitation.js", PackageResources.invitation_js),
                ("new-room.js", PackageResources.new_room_js),
                ("own-menu.js", PackageResources.own_menu_js),
                ("public-rooms.js", PackageResources.public_rooms_js),
                ("room-list.js", PackageResources.room_list_js),
                ("room-row.js", PackageResources.room_row_js),
            ]
        ),
        (
            "features/search/",
            [
                ("search-dialog.js", PackageResources.search_dialog_js)
            ]
        ),
        (
            "features/settings/",
            [
                ("admin.js", PackageResources.admin_js),
                ("device-name.js", PackageResources.device_name_js),
                ("settings.js", PackageResources.settings_js),
                ("shortcuts.js", PackageResources.shortcuts_js),
            ]
        ),
        (
            "features/sign-in/",
            [
                ("sign-in.js", PackageResources.sign_in_js)
            ]
        ),
        (
            "features/thread/",
            [
                ("thread-panel.js", PackageResources.thread_panel_js)
            ]
        ),
        (
            "model/",
            [
                ("changes.js", PackageResources.changes_js),
                ("chat.js", PackageResources.chat_js),
                ("counts.js", PackageResources.counts_js),
                ("drafts.js", PackageResources.drafts_js),
                ("events.js", PackageResources.events_js),
                ("histories.js", PackageResources.histories_js),
                ("messages.js", PackageResources.messages_js),
                ("people.js", PackageResources.people_js),
                ("presence.js", PackageResources.presence_js),
                ("reading.js", PackageResources.reading_js),
                ("room-session.js", PackageResources.room_session_js),
                ("room-state.js", PackageResources.room_state_js),
                ("rooms.js", PackageResources.rooms_js),
                ("storage.js", PackageResources.storage_js),
                ("timeline.js", PackageResources.timeline_js),
                ("types.js", PackageResources.types_js),
                ("typing.js", PackageResources.typing_js),
            ]
        ),
        (
            "protocol/",
            [
                ("attempts.js", PackageResources.attempts_js),
                ("chat-client.js", PackageResources.chat_client_js),
                ("commands.js", PackageResources.commands_js),
                ("connection.js", PackageResources.connection_js),
                ("frames.js", PackageResources.frames_js),
                ("outbox.js", PackageResources.outbox_js),
                ("rest.js", PackageResources.rest_js),
            ]
        ),
        (
            "styles/",
            [
                ("chat.css", PackageResources.chat_css),
                ("overlays.css", PackageResources.overlays_css),
                ("page.css", PackageResources.page_css),
                ("tokens.css", PackageResources.tokens_css),
            ]
        ),
        (
            "ui/",
            [
                ("dialog.js", PackageResources.dialog_js),
                ("dom.js", PackageResources.dom_js),
                ("emoji-picker.js", PackageResources.emoji_picker_js),
                ("format.js", PackageResources.format_js),
                ("icons.js", PackageResources.icons_js),
                ("markup.js", PackageResources.markup_js),
                ("menu.js", PackageResources.menu_js),
                ("names.js", PackageResources.names_js),
                ("overlays.js", PackageResources.overlays_js),
                ("people-picker.js", PackageResources.people_picker_js),
                ("popup.js", PackageResources.popup_js),
                ("search-field.js", PackageResources.search_field_js),
                ("texts.js", PackageResources.texts_js),
                ("toast.js", PackageResources.toast_js),
            ]
        ),
        (
            "ui/words/",
            [
                ("de-chat.js", PackageResources.de_chat_js),
                ("de-dialogs.js", PackageResources.de_dialogs_js),
                ("de-sign-in.js", PackageResources.de_sign_in_js),
                ("en-chat.js", PackageResources.en_chat_js),
                ("en-dialogs.js", PackageResources.en_dialogs_js),
                ("en-sign-in.js", PackageResources.en_sign_in_js),
            ]
        ),
        // The demo pages: their files' names say so.
        (
            "",
            [
                ("broadcast.html", PackageResources.broadcast_html),
                ("broadcast.js", PackageResources.broadcast_js),
                ("dashboard-items.js", PackageResources.dashboard_items_js),
                ("dashboard-stream.js", PackageResources.dashboard_stream_js),
                ("dashboard.css", PackageResources.dashboard_css),
                ("dashboard.html", PackageResources.dashboard_html),
                ("dashboard.js", PackageResources.dashboard_js),
                ("demo-api.js", PackageResources.demo_api_js),
                ("demo-app.js", PackageResources.demo_app_js),
                ("demo-chat.html", PackageResources.demo_chat_html),
                ("demo-chat.js", PackageResources.demo_chat_js),
                ("demo-dom.js", PackageResources.demo_dom_js),
                ("demo-format.js", PackageResources.demo_format_js),
                ("demo-outbox.js", PackageResources.demo_outbox_js),
                ("demo-reads.js", PackageResources.demo_reads_js),
                ("demo-rooms.js", PackageResources.demo_rooms_js),
                ("demo-router.js", PackageResources.demo_router_js),
                ("demo-session.js", PackageResources.demo_session_js),
                ("demo-socket.js", PackageResources.demo_socket_js),
                ("demo-timeline.js", PackageResources.demo_timeline_js),
                ("demo-transport.js", PackageResources.demo_transport_js),
                ("demo-typing.js", PackageResources.demo_typing_js),
                ("demo-view-banner.js", PackageResources.demo_view_banner_js),
                ("demo-view-chat.js", PackageResources.demo_view_chat_js),
                ("demo-view-composer.js", PackageResources.demo_view_composer_js),
                ("demo-view-conversation.js", PackageResources.demo_view_conversation_js),
                ("demo-view-messages.js", PackageResources.demo_view_messages_js),
                ("demo-view-newchat.js", PackageResources.demo_view_newchat_js),
                ("demo-view-rooms.js", PackageResources.demo_view_rooms_js),
                ("demo-view-signin.js", PackageResources.demo_view_signin_js),
                ("demo.css", PackageResources.demo_css),
            ]
        ),
    ]

    /// Where a page is found, instead of under `/assets/`. A path that ends with "/" means the index there.
    private static let pages = [
        "index.html": "/index.html", "demo-chat.html": "/demo/chat", "broadcast.html": "/demo/broadcast",
        "dashboard.html": "/dashboard",
    ]

    /// What a browser loads first: the page, and the chat where somebody is signed in.
    private static let entries = ["app/main.js", "app/shell.js"]

    static func files() -> StaticFiles {
        var files = StaticFiles()
        let bundles = bundled()
        for (folder, contents) in assets {
            for (name, content) in contents {
                guard let path = pages[name] else {
                    let asset = bundles["\(folder)\(name)"].map { Array($0.utf8) } ?? content
                    add(isDocument(name) ? "/\(name)" : "/assets/\(folder)\(name)", asset, to: &files)
                    continue
                }
                files[path] = StaticFile(
                    content: content, contentType: "text/html; charset=utf-8", gzippedContent: Gzip.shorter(content))
            }
        }
        return files
    }

    /// The page's modules in few files; none where they cannot be put together.
    private static func bundled() -> [String: String] {
        var sources: [String: String] = [:]
        for (folder, contents) in assets where layers.contains(where: folder.hasPrefix) {
            for (name, content) in contents where !isAlone(folder, name) {
                sources["\(folder)\(name)"] = String(decoding: content, as: UTF8.self)
            }
        }
        return ModuleBundles(sources, entries: entries)?.files() ?? [:]
    }

    private static let layers = ["app/", "features/", "model/", "protocol/", "ui/"]

    /// Words, types, and the client for programs of others' own, which export in other ways.
    private static func isAlone(_ folder: String, _ name: String) -> Bool {
        folder == "ui/words/" || ["chat-client.js", "frames.js", "types.js"].contains(name)
    }

    /// The documents of the interfaces lie where programs look for them, whatever pages there are.
    static func addDocuments(to files: inout StaticFiles) {
        for (_, contents) in assets {
            for (name, content) in contents where isDocument(name) && files["/\(name)"] == nil {
                add("/\(name)", content, to: &files)
            }
        }
    }

    private static func isDocument(_ name: String) -> Bool { name.hasSuffix(".json") }

    /// Adds a file, with a compressed variant where that is shorter.
    static func add(_ path: String, _ content: [UInt8], lastModified: Int64? = nil, to files: inout StaticFiles) {
        let isWorthwhile = Gzip.isWorthwhile(contentType: MIMETypes.contentType(ofPath: path))
        files.add(
            path, content: content, lastModified: lastModified,
            gzippedContent: isWorthwhile ? Gzip.shorter(content) : nil)
    }
}
