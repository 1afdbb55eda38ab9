//! Writes the transcripts of the cases in a file, as the crate `snow` makes them.

use serde_json::{json, Value};
use sha2::{Digest, Sha256};

fn bytes(case: &Value, key: &str) -> Vec<u8> {
    hex::decode(case[key].as_str().unwrap()).unwrap()
}

fn side(case: &Value, who: &str) -> snow::HandshakeState {
    let params = "Noise_XX_25519_ChaChaPoly_SHA256".parse().unwrap();
    let private = bytes(case, &format!("{who}_static"));
    let ephemeral = bytes(case, &format!("{who}_ephemeral"));
    let prologue = bytes(case, "prologue");
    let builder = snow::Builder::new(params)
        .local_private_key(&private)
        .unwrap()
        .fixed_ephemeral_key_for_testing_only(&ephemeral)
        .prologue(&prologue)
        .unwrap();
    if who == "init" { builder.build_initiator().unwrap() } else { builder.build_responder().unwrap() }
}

fn main() {
    let file = std::env::args().nth(1).expect("cases.json");
    let cases: Value = serde_json::from_reader(std::fs::File::open(file).unwrap()).unwrap();
    let mut transcripts = Vec::new();
    let mut out = vec![0u8; 65535];
    let mut back = vec![0u8; 65535];
    for case in cases.as_array().unwrap() {
        let mut init = side(case, "init");
        let mut resp = side(case, "resp");
        let mut messages = Vec::new();
        for (i, payload) in [Vec::new(), bytes(case, "payload2"), bytes(case, "payload3")].iter().enumerate() {
            let (writer, reader) = if i == 1 { (&mut resp, &mut init) } else { (&mut init, &mut resp) };
            let n = writer.write_message(payload, &mut out).unwrap();
            messages.push(hex::encode(&out[..n]));
            let m = reader.read_message(&out[..n], &mut back).unwrap();
            assert_eq!(&back[..m], &payload[..]);
        }
        let hash = hex::encode(init.get_handshake_hash());
        assert_eq!(hash, hex::encode(resp.get_handshake_hash()));
        let mut init = init.into_transport_mode().unwrap();
        let mut resp = resp.into_transport_mode().unwrap();
        let mut frames = Vec::new();
        for frame in case["frames"].as_array().unwrap() {
            let size = frame["bytes"].as_u64().unwrap() as usize;
            let plain: Vec<u8> = (0..size).map(|i| (i % 251) as u8).collect();
            let writer = if frame["from"] == "initiator" { &mut init } else { &mut resp };
            let n = writer.write_message(&plain, &mut out).unwrap();
            let sealed = &out[..n];
            frames.push(if size <= 1000 {
                json!({"from": frame["from"], "bytes": size, "sealed": hex::encode(sealed)})
            } else {
                json!({"from": frame["from"], "bytes": size, "sealed_sha256": hex::encode(Sha256::digest(sealed))})
            });
        }
        transcripts.push(json!({"name": case["name"], "messages": messages, "handshake_hash": hash, "frames": frames}));
    }
    println!("{}", serde_json::to_string_pretty(&json!({"generator": "snow 0.10.0", "transcripts": transcripts})).unwrap());
}
