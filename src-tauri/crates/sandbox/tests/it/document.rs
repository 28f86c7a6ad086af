//! `/openapi.json`: what a contract fuzzer reads.

use serde_json::Value;

use crate::support::Desk;

async fn document() -> Value {
    let desk = Desk::new().await;
    desk.call_with("GET", "/openapi.json", "", None).await.json()
}

#[tokio::test]
async fn it_is_openapi_3_1_and_names_every_operation_offered_and_no_other() {
    let document = document().await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut operations: Vec<String> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| item.as_object().unwrap().keys().map(move |method| format!("{method} {path}")))
        .collect();
    operations.sort_unstable();
    let expected = [
        "delete /users/{userId}/linked-cards/{associationId}",
        "get /card-transfers/{id}",
        "get /cards/{cardId}",
        "get /cards/{cardId}/cvv",
        "get /cards/{cardId}/statements/{month}/{year}",
        "get /cards/{cardId}/transfers/{month}/{year}",
        "get /health",
        "get /users",
        "get /users/{userId}",
        "get /users/{userId}/cards",
        "get /users/{userId}/linked-cards",
        "patch /cards/{cardId}/alias",
        "patch /cards/{cardId}/status",
        "patch /users/{userId}/linked-cards/{associationId}",
        "post /auth/login",
        "post /auth/refresh",
        "post /card-transfers/types",
        "post /cards/transfer",
        "post /cards/{cardId}/funds",
        "post /cards/{cardId}/pin",
        "post /cards/{cardId}/pin/verification",
        "post /cards/{cardId}/statements",
        "post /cards/{cardId}/users/{authUserId}/pin",
        "post /users",
        "post /users/auth/otp",
        "post /users/invitation-code",
        "post /users/{userId}/cards",
        "post /users/{userId}/cards/activation",
        "post /users/{userId}/cards/virtuals",
        "post /users/{userId}/linked-cards",
        "put /cards/{cardId}/funds",
        "put /users/auth/otp",
    ];
    assert_eq!(operations, expected);
}

#[tokio::test]
async fn every_operation_names_the_refusals_that_follow_from_its_shape() {
    let document = document().await;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let has = |status: &str| operation["responses"].get(status).is_some();
            let name = format!("{method} {path}");
            assert!(has("405"), "{name}");
            assert_eq!(operation.get("security").is_some(), !path.starts_with("/auth") && path != "/health", "{name}");
            assert_eq!(has("401"), path != "/health", "{name}");
            assert_eq!(has("415"), operation.get("requestBody").is_some(), "{name}");
            assert_eq!(
                has("404"),
                path.contains('{') || ["post /users", "post /cards/transfer", "post /users/auth/otp"].contains(&name.as_str()),
                "{name}"
            );
            assert!(has("400") || path == "/health", "{name}");
            for (status, response) in
                operation["responses"].as_object().unwrap().iter().filter(|(status, _)| status.starts_with(['4', '5']))
            {
                assert_eq!(response["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/Failure", "{name} {status}");
            }
        }
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere_and_every_body_is_closed() {
    let document = document().await;
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for piece in document.to_string().split("\"$ref\":\"#/components/schemas/").skip(1) {
        let name = piece.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name}");
    }
    for name in [
        "LoginRequest",
        "RefreshRequest",
        "PersonalRegistration",
        "PersonalRegistrationWithDpi",
        "RegistrationByInvitation",
        "ActivationRequest",
        "FundsRequest",
        "FundsAdjustment",
        "TransferRequest",
        "CardStatusRequest",
        "AliasRequest",
        "AssociationRequest",
        "StatementRequest",
        "PinRequest",
        "OneTimeCodeRequest",
        "OneTimeCodeCheck",
        "LinkRequest",
        "TransferTypesRequest",
    ] {
        assert_eq!(schemas[name]["additionalProperties"], false, "{name}");
    }
    let funds = &schemas["FundsRequest"]["properties"];
    assert_eq!((&funds["amount"]["exclusiveMinimum"], &funds["description"]["maxLength"]), (&0.into(), &50.into()));
    assert_eq!(schemas["PersonalRegistration"]["properties"]["gender"]["enum"], serde_json::json!(["M", "F", "OTHER"]));
}

#[tokio::test]
async fn every_link_leads_to_an_operation_with_that_parameter() {
    let document = document().await;
    let operations: Vec<&Value> =
        document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values()).collect();
    let mut followed = 0;
    for link in
        operations.iter().filter_map(|operation| operation["responses"]["201"]["links"].as_object()).flat_map(|links| links.values())
    {
        let target = operations.iter().find(|operation| operation["operationId"] == link["operationId"]).expect("an operation");
        let parameters = target["parameters"].as_array().unwrap();
        for name in link["parameters"].as_object().unwrap().keys() {
            assert!(parameters.iter().any(|parameter| parameter["name"] == name.as_str()), "{link}");
            followed += 1;
        }
    }
    assert_eq!(followed, 20);
}
