//! A hub that has a certificate.

use std::path::Path;
use std::time::Duration;

use harness::backends::{Backend, on_sqlite};
use harness::test_app::TestApp;
use reqwest::{Certificate, Client, Version};

#[test]
fn a_hub_with_a_certificate_speaks_https_and_nothing_else() {
    on_sqlite(async |backend: Backend| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tls");
        let app = TestApp::open(backend, |config| {
            config.tls_cert = Some(folder.join("chain.pem"));
            config.tls_key = Some(folder.join("key.pem"));
        })
        .await;
        assert!(app.app().config().is_https());
        let served = app.serve();
        let ours = std::fs::read(folder.join("chain.pem")).unwrap();
        let client = Client::builder()
            .tls_certs_only([Certificate::from_pem(&ours).unwrap()])
            .timeout(Duration::from_secs(10))
            .build()
            .unwrap();

        let url = format!("https://{}/health/live", served.address);
        let answer = client.get(url).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.version(), Version::HTTP_2);
        assert!(answer.headers().contains_key("strict-transport-security"));
        let plain = client.get(format!("http://{}/health/live", served.address));
        assert!(plain.send().await.is_err());
        drop(client);
        served.stop().await;
    });
}
