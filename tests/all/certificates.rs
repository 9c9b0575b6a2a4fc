//! Certificates for servers of our own.

use std::path::Path;
use std::process::Command;

/// Writes into `folder` an authority (`ca.pem`, `ca.key`) and a server's certificate by it for `localhost` (`server.pem`,
/// `server.key`).
pub(crate) fn write(folder: &Path) {
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    let openssl = |arguments: &str| {
        let done = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    openssl(&format!("req -x509 {key} -keyout ca.key -out ca.pem -days 2 -subj /CN=authority"));
    openssl(&format!("req -new {key} -keyout server.key -out server.csr -subj /CN=server"));
    std::fs::write(folder.join("server.ext"), "subjectAltName=DNS:localhost").unwrap();
    openssl(
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile server.ext -out server.pem",
    );
}
