import Foundation
import PackagePlugin

/// Puts the files of a target's folder `Web` into the binary: whatever lies there is served, without a list by hand.
@main
struct EmbedPages: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let target = target as? any SourceModuleTarget else { return [] }
        let web = target.directoryURL.appending(path: "Web")
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedPages.swift")
        return [
            .buildCommand(
                displayName: "Embedding the pages of \(target.name)",
                executable: try context.tool(named: "EmbedPagesTool").url,
                arguments: [web.path(percentEncoded: false), output.path(percentEncoded: false)],
                inputFiles: try Self.files(in: web), outputFiles: [output])
        ]
    }

    /// The files below a folder, and the folders: where one is added or removed, its folder has changed.
    private static func files(in folder: URL) throws -> [URL] {
        var found = [folder]
        for entry in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: entry.path(percentEncoded: false), isDirectory: &isFolder)
            found += isFolder.boolValue ? try files(in: entry) : [entry]
        }
        return found
    }
}
