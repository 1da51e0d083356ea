import Glibc

/// One worker of nginx on the server's core, as our server has one loop there. It serves the pages as files, and /health
/// as a text of its configuration.
final class Nginx {
    let port: Int
    private let child: Child

    init(pages: String, folder: String) throws(BenchError) {
        try Disk.makeEmptyFolder(folder)
        port = try Ports.free()
        try Disk.write(Self.configuration(pages: pages, folder: folder, port: port), to: "\(folder)/nginx.conf")
        let child = try Child(
            "nginx", ["-c", "\(folder)/nginx.conf", "-p", folder], on: .server, errors: "\(folder)/start.log")
        self.child = child
        let port = port
        let isUp = try Child.wait(seconds: 10) { () throws(BenchError) in
            Health.isAnswered(port: port) || !child.isRunning
        }
        guard isUp, child.isRunning else {
            throw .failed("nginx did not start:\n\(Disk.text(of: "\(folder)/start.log"))")
        }
    }

    /// The master, and its worker.
    var processIDs: [Int] {
        let children = Disk.text(of: "/proc/\(child.id)/task/\(child.id)/children")
        return [child.id] + children.split(separator: " ").compactMap { Int($0.filter(\.isNumber)) }
    }

    func stop() { child.stop() }

    private static func configuration(pages: String, folder: String, port: Int) -> String {
        """
        daemon off; \(geteuid() == 0 ? "user root; " : "")worker_processes 1; pid \(folder)/pid; error_log \(folder)/error.log;
        events { worker_connections 1024; }
        http {
            access_log off; sendfile on; keepalive_requests 1000000000; etag on; types { text/javascript js; }
            client_body_temp_path \(folder)/a; proxy_temp_path \(folder)/b; fastcgi_temp_path \(folder)/c;
            uwsgi_temp_path \(folder)/d; scgi_temp_path \(folder)/e;
            server {
                listen 127.0.0.1:\(port); root \(pages);
                location = /health { default_type application/json; return 200 '{"status":"ok"}'; }
            }
        }

        """
    }
}
