// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import Testing

@testable import Compute

/// Against the safetensors package, by `Tests/Oracles/models.py`.
struct SafetensorsOracleTests {
    private struct Question: Encodable {
        let folder: String
        let judge: [String]
    }

    private struct Answer: Decodable {
        let models: [Model]
        let sound: [Bool]
    }

    private let folder = TemporaryFolder()

    @Test func `files that the package writes are understood`() async throws {
        let models = try await ask(judge: []).models
        #expect(models.count >= 6)
        for model in models {
            let file = try MappedFile(path: folder.path("\(model.name).safetensors"))
            #expect(try Safetensors(file).model(named: model.name) == model)
        }
    }

    @Test func `files with any one byte changed are judged as the package judges them`()
        async throws
    {
        _ = try await ask(judge: [])
        let whole = Array(
            try Data(contentsOf: URL(filePath: folder.path("one.safetensors"))))
        let headerEnd = 8 + Int(whole[0])
        var paths: [String] = []
        for position in 0..<headerEnd {
            for byte in Array(#"0"9{}, -"#.utf8) + [0, 0xff] where byte != whole[position] {
                var changed = whole
                changed[position] = byte
                paths.append(try folder.file("\(paths.count).changed", changed))
            }
        }
        let sound = try await ask(judge: paths).sound
        try #require(sound.count == paths.count)
        for (path, isSound) in zip(paths, sound) {
            let isUnderstood = (try? Safetensors(MappedFile(path: path)).model(named: "m")) != nil
            let header = String(
                decoding: try Data(contentsOf: URL(filePath: path))[8..<headerEnd], as: UTF8.self)
            #expect(isUnderstood == isSound, "\(header)")
        }
        #expect(sound.contains(true) && sound.contains(false))
    }

    private func ask(judge paths: [String]) async throws -> Answer {
        let question = try JSONEncoder().encode(Question(folder: folder.path, judge: paths))
        return try JSONDecoder().decode(
            Answer.self, from: await Oracle("models.py").answer(to: question))
    }
}
