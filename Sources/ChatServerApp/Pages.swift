import HTTPCore

/// The pages and what they need, embedded in the binary from the folder `Web`.
enum Pages {
    /// A new file in `Web` is served once it stands here.
    private static let assets: [(name: String, content: [UInt8])] = [
        ("api.js", PackageResources.api_js),
        ("app.js", PackageResources.app_js),
        ("broadcast.html", PackageResources.broadcast_html),
        ("broadcast.js", PackageResources.broadcast_js),
        ("chat.js", PackageResources.chat_js),
        ("dom.js", PackageResources.dom_js),
        ("format.js", PackageResources.format_js),
        ("icon.svg", PackageResources.icon_svg),
        ("index.html", PackageResources.index_html),
        ("outbox.js", PackageResources.outbox_js),
        ("reads.js", PackageResources.reads_js),
        ("rooms.js", PackageResources.rooms_js),
        ("router.js", PackageResources.router_js),
        ("session.js", PackageResources.session_js),
        ("socket.js", PackageResources.socket_js),
        ("style.css", PackageResources.style_css),
        ("timeline.js", PackageResources.timeline_js),
        ("transport.js", PackageResources.transport_js),
        ("typing.js", PackageResources.typing_js),
        ("view-banner.js", PackageResources.view_banner_js),
        ("view-chat.js", PackageResources.view_chat_js),
        ("view-composer.js", PackageResources.view_composer_js),
        ("view-conversation.js", PackageResources.view_conversation_js),
        ("view-messages.js", PackageResources.view_messages_js),
        ("view-newchat.js", PackageResources.view_newchat_js),
        ("view-rooms.js", PackageResources.view_rooms_js),
        ("view-signin.js", PackageResources.view_signin_js),
    ]

    /// Where a page is found, instead of under `/assets/`. A path that ends with "/" means the index there.
    private static let pages = ["index.html": "/index.html", "broadcast.html": "/demo/broadcast"]

    static func files() -> StaticFiles {
        var files = StaticFiles()
        for (name, content) in assets {
            guard let path = pages[name] else {
                files.add("/assets/\(name)", content: content)
                continue
            }
            files[path] = StaticFile(content: content, contentType: "text/html; charset=utf-8")
        }
        return files
    }
}
