import ChatHub
import Testing

@testable import ChatServerApp

/// scrypt by OpenSSL, and the form in which hashes are kept.
@Suite struct PasswordHashTests {
    /// RFC 7914 §12, without the last one, which takes a gigabyte.
    @Test(arguments: [
        (
            "", "", 4, 1, 1,
            "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
                + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
        ),
        (
            "password", "NaCl", 10, 8, 16,
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
                + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
        ),
        (
            "pleaseletmein", "SodiumChloride", 14, 8, 1,
            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
                + "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
        ),
    ])
    func isScryptOfTheRFC(password: String, salt: String, logN: Int, r: Int, p: Int, hex: String) {
        let key = Scrypt(logN: logN, r: r, p: p).derive(Array(password.utf8), salt: Array(salt.utf8), count: 64)
        #expect(key?.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() == hex)
    }

    /// The parameters of the day need more memory than OpenSSL allows unasked.
    @Test func theParametersOfTheDayWork() { #expect(Scrypt().derive([1], salt: [2], count: 32)?.count == 32) }

    @Test(arguments: [(0, 8, 1), (21, 8, 1), (4, 0, 1), (4, 33, 1), (4, 8, 0), (4, 8, 17)])
    func otherParametersAreNotTried(logN: Int, r: Int, p: Int) {
        #expect(Scrypt(logN: logN, r: r, p: p).derive([1], salt: [2], count: 32) == nil)
    }

    @Test func hashesAreReadAsTheyWereWritten() throws {
        let salt = Array(0..<16).map { UInt8($0) }
        let hash = try #require(PasswordHash(Array("correct horse".utf8), salt: salt, parameters: Scrypt(logN: 4)))
        let text = hash.description
        #expect(text.hasPrefix("$scrypt$ln=4,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$"))
        #expect(PasswordHash(text) == hash)
        #expect(hash.isOf(Array("correct horse".utf8)) == true)
        #expect(hash.isOf(Array("correct horsE".utf8)) == false)
        for bad in [
            "", "plain:x", text + "$", String(text.dropLast()), text.replacing("scrypt", with: "bcrypt"),
            text.replacing("ln=4", with: "ln=1234"), text.replacing("r=8", with: "x=8"), text + "=",
        ] {
            #expect(PasswordHash(bad) == nil, "\(bad)")
        }
    }

    @Test func theDeskHashesAndChecks() throws {
        let desk = PasswordDesk(parameters: Scrypt(logN: 4), cryptography: .openSSL)
        let password = Array("correct horse".utf8)
        guard case .hash(let first) = desk.perform(.hashPassword(password)),
            case .hash(let second) = desk.perform(.hashPassword(password))
        else {
            Issue.record("no hash")
            return
        }
        // Each has a salt of its own.
        #expect(first != second)
        func verdict(_ password: String, _ hash: String?) -> [Bool] {
            guard
                case .checked(let isRight, let isOutdated) = desk.perform(
                    .verifyPassword(Array(password.utf8), against: hash))
            else { return [] }
            return [isRight, isOutdated]
        }
        #expect(verdict("correct horse", first) == [true, false])
        #expect(verdict("wrong horse", first) == [false, false])
        #expect(verdict("correct horse", nil) == [false, false])
        let old = try #require(PasswordHash(password, salt: [1], parameters: Scrypt(logN: 3)))
        #expect(verdict("correct horse", old.description) == [true, true])
        // Ours would take a gigabyte and more: it is not tried.
        guard
            case .unavailable = PasswordDesk(parameters: Scrypt(logN: 21), cryptography: .openSSL)
                .perform(.hashPassword(password))
        else {
            Issue.record("it was tried")
            return
        }
    }

    @Test func theDigestIsSHA256() {
        let hex = Cryptography.openSSL.digest(Array("abc".utf8)).map {
            String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
        }.joined()
        #expect(hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(Cryptography.openSSL.randomBytes(32) != Cryptography.openSSL.randomBytes(32))
        #expect(Cryptography.openSSL.randomBytes(0) == [])
    }
}
