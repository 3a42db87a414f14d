//! How the check judges what a model would say: sentences as models write them about the example articles, true and not.

use super::*;
use crate::KnowledgeBase;

/// Sentences that the passage under this heading says, in other words.
const TRUE: &[(&str, &str)] = &[
    (
        "How do I reset my password?",
        "To reset your password, click **Forgot password?** on the sign-in page and enter your email address.",
    ),
    (
        "How do I reset my password?",
        "You will receive a link that is valid for one hour and can be used once.",
    ),
    (
        "How do I reset my password?",
        "If the email doesn't arrive, check your spam folder and make sure you used the address of your account.",
    ),
    (
        "How do I turn on two-factor authentication?",
        "Go to **My account → Security**, select **Two-factor authentication** and scan the code with your authenticator app.",
    ),
    (
        "How do I turn on two-factor authentication?",
        "Keep the recovery codes in a safe place, as they are the only way in if you lose your phone.",
    ),
    (
        "I think somebody else used my account",
        "Please reset your password right away and then select **Sign out everywhere** under **My account → Security**.",
    ),
    (
        "I think somebody else used my account",
        "We never ask for your password in a chat or by email.",
    ),
    (
        "Which payment methods do you accept?",
        "You can pay by credit or debit card, PayPal, Apple Pay, Google Pay or bank transfer.",
    ),
    (
        "Which payment methods do you accept?",
        "Your card is charged when the order ships.",
    ),
    (
        "Where do I find my invoice?",
        "Your invoice is attached to the shipping email, and you can also download it as a PDF from your order under **My orders**.",
    ),
    (
        "My payment failed",
        "Your order is kept for 48 hours, so you can try another payment method under **My orders → Pay now**.",
    ),
    (
        "I was charged twice",
        "Usually one of the entries is only a reservation that your bank releases within a few working days.",
    ),
    (
        "I was charged twice",
        "If both are still booked after 5 working days, please send us your order number.",
    ),
    (
        "How do I use a voucher or discount code?",
        "Enter the discount code in your basket before paying; only one code can be used per order.",
    ),
    (
        "How long is the warranty?",
        "New products come with a two-year warranty, starting from the day of delivery.",
    ),
    (
        "How long is the warranty?",
        "You don't need to register the product, because the invoice is your proof of purchase.",
    ),
    (
        "My item is faulty or stopped working",
        "Open your order, choose **Report a problem**, and describe the fault with photos if possible.",
    ),
    (
        "My item is faulty or stopped working",
        "Sending us a faulty item is free.",
    ),
    (
        "My parcel arrived damaged",
        "Take photos of the packaging and contents and report the damage within 14 days.",
    ),
    (
        "How do I cancel an order?",
        "You can cancel an order while it is **Received** or **Processing** by opening it under **My orders** and choosing **Cancel order**.",
    ),
    (
        "How do I cancel an order?",
        "Once it has been shipped, the order can no longer be cancelled.",
    ),
    (
        "Can I change the items in my order?",
        "You can remove items until packing starts, but adding items isn't possible.",
    ),
    (
        "Can I change the delivery address after ordering?",
        "Yes, you can change the address until the order is **Shipped**.",
    ),
    (
        "How do I track my delivery?",
        "You'll get an email with a tracking link as soon as your parcel is handed to the carrier.",
    ),
    (
        "My tracking has not updated",
        "Two working days without any news are normal, since a parcel isn't scanned at every stop.",
    ),
    (
        "Tracking says delivered, but I have no parcel",
        "Check with your neighbours, and look for a card or photo in the carrier's tracking.",
    ),
    (
        "My order arrived in several parcels",
        "Items from different warehouses are sent separately at no extra cost.",
    ),
    (
        "How long does delivery take?",
        "Standard delivery takes 2 to 4 working days, and express delivery takes one working day if you order before 14:00.",
    ),
    (
        "How much does shipping cost?",
        "Standard shipping costs 4.90, or is free for orders over 50.",
    ),
    (
        "Do you ship abroad?",
        "Yes, we ship to most European countries, which usually takes 4–8 working days.",
    ),
    (
        "How do I return an item?",
        "Unused items can be returned within 30 days of delivery.",
    ),
    (
        "How do I return an item?",
        "If you have no printer, choose the QR code.",
    ),
    (
        "Which items cannot be returned?",
        "Personalised goods, opened hygiene products and downloaded software can't be returned unless faulty.",
    ),
];

/// Sentences that it does not say.
const FALSE: &[(&str, &str)] = &[
    (
        "How do I reset my password?",
        "The link is valid for 24 hours and works once.",
    ),
    (
        "How do I reset my password?",
        "Send us your old password in the chat and we will reset it for you.",
    ),
    (
        "How do I reset my password?",
        "You can reset your password at https://login.example/reset.",
    ),
    (
        "I think somebody else used my account",
        "We will ask for your password in a chat or an email.",
    ),
    (
        "Which payment methods do you accept?",
        "We also accept Bitcoin, cheques and cash on delivery at your door.",
    ),
    ("My payment failed", "Your order is kept for 48 days."),
    (
        "I was charged twice",
        "We will refund the second amount within five working days together with a bonus of 10 euros.",
    ),
    (
        "How do I use a voucher or discount code?",
        "Use the code SAVE20 in the basket before you pay.",
    ),
    (
        "How long is the warranty?",
        "Every new product has a three-year warranty from the day of delivery.",
    ),
    ("How long is the warranty?", "You need to register the product."),
    (
        "My item is faulty or stopped working",
        "Our technician will visit you at home on Tuesday.",
    ),
    (
        "How do I cancel an order?",
        "Once the order is **Shipped** it can be cancelled.",
    ),
    ("Can I change the items in my order?", "Adding items is possible."),
    ("How much does shipping cost?", "Standard shipping costs 9.50."),
    (
        "How much does shipping cost?",
        "Express shipping costs 9.90 euros per kilogram.",
    ),
    (
        "How long does delivery take?",
        "Standard delivery takes 2–4 hours.",
    ),
    ("Do you ship abroad?", "We do not ship to European countries."),
    (
        "Do you ship abroad?",
        "We ship to Australia, Japan and Brazil by air for a small fee.",
    ),
    (
        "How do I return an item?",
        "You can return used items within 90 days of delivery.",
    ),
    ("How do I return an item?", "Returns are free of charge."),
    (
        "Which items cannot be returned?",
        "Opened hygiene products can be returned.",
    ),
    (
        "Which items cannot be returned?",
        "Our chief executive personally apologises for every inconvenience.",
    ),
];

fn judged(sentences: &[(&str, &'static str)]) -> (usize, Vec<&'static str>) {
    let passages: Vec<Passage> = crate::articles::examples()
        .iter()
        .flat_map(KnowledgeBase::passages_of)
        .collect();
    let (supported, not): (Vec<_>, Vec<_>) = sentences.iter().partition(|(heading, sentence)| {
        let passage = passages
            .iter()
            .find(|passage| passage.heading.as_deref() == Some(*heading));
        let passage = passage.unwrap_or_else(|| panic!("no passage is headed {heading}"));
        Support::of(std::slice::from_ref(passage)).holds(sentence, &[0])
    });
    (
        supported.len(),
        not.iter().map(|(_, sentence)| *sentence).collect(),
    )
}

#[test]
fn most_of_what_a_model_truly_says_in_its_own_words_is_supported() {
    let (supported, refused) = judged(TRUE);
    println!("supported: {supported} of {}; refused: {refused:#?}", TRUE.len());
    assert!(supported * 10 >= TRUE.len() * 9, "{refused:#?}");
}

#[test]
fn nothing_that_a_model_makes_up_is_supported() {
    let (supported, refused) = judged(FALSE);
    let passed: Vec<_> = FALSE
        .iter()
        .filter(|(_, sentence)| !refused.contains(sentence))
        .collect();
    assert_eq!(supported, 0, "{passed:#?}");
}
