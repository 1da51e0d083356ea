import HTTPCore

/// The pages and what they need, embedded in the binary from the folder `Web`. Embedding forgets the folders within, so
/// a file's name is there only once: those of the demo pages, in `Web/demo`, say so.
enum Pages {
    /// A new file in `Web` is served once it stands here.
    private static let assets: [(name: String, content: [UInt8])] = [
        ("app.js", PackageResources.app_js),
        ("asyncapi.json", PackageResources.asyncapi_json),
        ("broadcast.html", PackageResources.broadcast_html),
        ("broadcast.js", PackageResources.broadcast_js),
        ("chat-client.js", PackageResources.chat_client_js),
        ("chat-more.js", PackageResources.chat_more_js),
        ("chat.css", PackageResources.chat_css),
        ("chat.js", PackageResources.chat_js),
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
        ("dom.js", PackageResources.dom_js),
        ("emoji.js", PackageResources.emoji_js),
        ("format.js", PackageResources.format_js),
        ("icon.svg", PackageResources.icon_svg),
        ("icons.js", PackageResources.icons_js),
        ("index.html", PackageResources.index_html),
        ("main.js", PackageResources.main_js),
        ("more.css", PackageResources.more_css),
        ("more.js", PackageResources.more_js),
        ("openapi.json", PackageResources.openapi_json),
        ("storage.js", PackageResources.storage_js),
        ("texts-de-more.js", PackageResources.texts_de_more_js),
        ("texts-de.js", PackageResources.texts_de_js),
        ("texts-more.js", PackageResources.texts_more_js),
        ("texts.js", PackageResources.texts_js),
        ("theme.js", PackageResources.theme_js),
        ("timeline.js", PackageResources.timeline_js),
        ("view-actions.js", PackageResources.view_actions_js),
        ("view-admin.js", PackageResources.view_admin_js),
        ("view-auth.js", PackageResources.view_auth_js),
        ("view-composer.js", PackageResources.view_composer_js),
        ("view-dialogs.js", PackageResources.view_dialogs_js),
        ("view-info.js", PackageResources.view_info_js),
        ("view-mentions.js", PackageResources.view_mentions_js),
        ("view-messages.js", PackageResources.view_messages_js),
        ("view-room.js", PackageResources.view_room_js),
        ("view-settings.js", PackageResources.view_settings_js),
        ("view-sidebar.js", PackageResources.view_sidebar_js),
        ("view-thread.js", PackageResources.view_thread_js),
    ]

    /// Where a page is found, instead of under `/assets/`. A path that ends with "/" means the index there.
    private static let pages = [
        "index.html": "/index.html", "demo-chat.html": "/demo/chat", "broadcast.html": "/demo/broadcast",
        "dashboard.html": "/dashboard",
    ]

    static func files() -> StaticFiles {
        var files = StaticFiles()
        for (name, content) in assets {
            guard let path = pages[name] else {
                add(isDocument(name) ? "/\(name)" : "/assets/\(name)", content, to: &files)
                continue
            }
            files[path] = StaticFile(
                content: content, contentType: "text/html; charset=utf-8", gzippedContent: Gzip.shorter(content))
        }
        return files
    }

    /// The documents of the interfaces lie where programs look for them, whatever pages there are.
    static func addDocuments(to files: inout StaticFiles) {
        for (name, content) in assets where isDocument(name) && files["/\(name)"] == nil {
            add("/\(name)", content, to: &files)
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
