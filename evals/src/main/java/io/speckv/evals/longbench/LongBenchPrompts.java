package io.speckv.evals.longbench;

/** The prompts of LongBench v1 and v2 and of Code-Debug, word for word with their blanks and their spelling. */
final class LongBenchPrompts {
    static final String NARRATIVEQA = """
            You are given a story, which can be either a novel or a movie script, and a question. Answer the \
            question asconcisely as you can, using a single phrase if possible. Do not provide any \
            explanation.

            Story: {context}

            Now, answer the question based on the story asconcisely as you can, using a single phrase if \
            possible. Do not provide any explanation.

            Question: {input}

            Answer:\
            """;

    static final String QASPER = """
            You are given a scientific article and a question. Answer the question as concisely as you can, \
            using a single phrase or sentence if possible. If the question cannot be answered based on the \
            information in the article, write "unanswerable". If the question is a yes/no question, answer \
            "yes", "no", or "unanswerable". Do not provide any explanation.

            Article: {context}

             Answer the question based on the above article as concisely as you can, using a single phrase or \
            sentence if possible. If the question cannot be answered based on the information in the article, \
            write "unanswerable". If the question is a yes/no question, answer "yes", "no", or "unanswerable". \
            Do not provide any explanation.

            Question: {input}

            Answer:\
            """;

    static final String MULTIFIELDQA = """
            Read the following text and answer briefly.

            {context}

            Now, answer the following question based on the above text, only give me the answer and do not \
            output any other words.

            Question: {input}
            Answer:\
            """;

    static final String PASSAGES = """
            Answer the question based on the given passages. Only give me the answer and do not output any \
            other words.

            The following are given passages.
            {context}

            Answer the question based on the given passages. Only give me the answer and do not output any \
            other words.

            Question: {input}
            Answer:\
            """;

    static final String GOV_REPORT = """
            You are given a report by a government agency. Write a one-page summary of the report.

            Report:
            {context}

            Now, write a one-page summary of the report.

            Summary:\
            """;

    static final String QMSUM = """
            You are given a meeting transcript and a query containing a question or instruction. Answer the \
            query in one or more sentences.

            Transcript:
            {context}

            Now, answer the query based on the above meeting transcript in one or more sentences.

            Query: {input}
            Answer:\
            """;

    static final String MULTI_NEWS = """
            You are given several news passages. Write a one-page summary of all news.\s

            News:
            {context}

            Now, write a one-page summary of all the news.

            Summary:\
            """;

    static final String TREC = """
            Please determine the type of the question below. Here are some examples of questions.

            {context}
            {input}\
            """;

    static final String TRIVIAQA = """
            Answer the question based on the given passage. Only give me the answer and do not output any \
            other words. The following are some examples.

            {context}

            {input}\
            """;

    static final String SAMSUM = """
            Summarize the dialogue into a few short sentences. The following are some examples.

            {context}

            {input}\
            """;

    static final String PASSAGE_COUNT = """
            There are some paragraphs below sourced from Wikipedia. Some of them may be duplicates. Please \
            carefully read these paragraphs and determine how many unique paragraphs there are after removing \
            duplicates. In other words, how many non-repeating paragraphs are there in total?

            {context}

            Please enter the final count of unique paragraphs after removing duplicates. The output format \
            should only contain the number, such as 1, 2, 3, and so on.

            The final answer is: \
            """;

    static final String PASSAGE_RETRIEVAL = """
            Here are 30 paragraphs from Wikipedia, along with an abstract. Please determine which paragraph \
            the abstract is from.

            {context}

            The following is an abstract.

            {input}

            Please enter the number of the paragraph that the abstract is from. The answer format must be like \
            "Paragraph 1", "Paragraph 2", etc.

            The answer is: \
            """;

    static final String LCC = """
            Please complete the code given below.\s
            {context}Next line of code:
            """;

    static final String REPOBENCH = """
            Please complete the code given below.\s
            {context}{input}Next line of code:
            """;

    static final String LONGBENCH_V2 = """
            Please read the following text and answer the question below.

            <text>
            {context}
            </text>

            What is the correct answer to this question: {input}
            Choices:
            (A) {A}
            (B) {B}
            (C) {C}
            (D) {D}

            Format your response as follows: "The correct answer is (insert answer here)".\
            """;

    static final String CODE_DEBUG = """
            Following is a Python code where exactly one of the functions/methods has a deliberate error that \
            makes it crash.

            {context}

            Options:
            A. {A}
            B. {B}
            C. {C}
            D. {D}

            The correct option is:\
            """;

    private LongBenchPrompts() {}
}
